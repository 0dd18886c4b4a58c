import ControlModel
import KubernetesClient
import Testing

@testable import KubernetesSandboxEngine

@Suite struct HappeningsBoundTests {
  private let time = Timestamp(microseconds: 1_000_000_000)

  private func event(_ number: Int, _ object: String) throws -> CoreV1.Event {
    try #require(
      CoreV1.Event(
        reading: try JSONValue(
          parsing: """
            {"metadata":{"name":"e\(number)","namespace":"n"},"reason":"r\(number)","message":"m","type":"Normal",
             "lastTimestamp":"2026-01-01T00:\(10 + number / 60 % 50):\(10 + number % 50)Z",
             "involvedObject":{"kind":"Pod","name":"\(object)"}}
            """)))
  }

  @Test func ofOneObjectTheNewestAreKept() throws {
    var happenings = ClusterHappenings()
    happenings.take(try (0..<3_000).map { try event($0, "p") }, of: "n", at: time)
    #expect(happenings.events(of: "s", pod: "p", in: "n").count == ClusterHappenings.most)
  }

  @Test func sandboxesAndNamespacesThatComeAndGoLeaveNothing() {
    var happenings = ClusterHappenings()
    for number in 0..<30_000 {
      happenings.saw("s\(number)", in: "n\(number % 3_000)", version: "1", isSettled: true, at: time)
    }
    #expect(happenings.due(at: time).count == ClusterHappenings.mostPlaces)
    happenings.saw("s", in: "new", version: "1", isSettled: true, at: time)
    #expect(happenings.due(at: time).contains("new"))
  }
}
