import ControlModel
import KubernetesClient
import Testing

@Suite("Status")
struct StatusTests {
  @Test("A Status is kept whole")
  func keepsAll() throws {
    let text =
      #"{"kind":"Status","apiVersion":"v1","metadata":{"continue":"tok"},"status":"Failure","message":"m","#
      + #""reason":"Invalid","details":{"name":"x","causes":[{"reason":"FieldValueInvalid","message":"bad","#
      + #""field":"spec.a"}],"retryAfterSeconds":3},"code":422,"future":true}"#
    let status = KubernetesStatus(httpStatus: 422, body: Array(text.utf8))
    #expect(status.json.text == text)
    #expect(status.isInvalid)
    #expect(status.causes.map(\.field) == ["spec.a"])
    #expect(status.retryAfter == .seconds(3))
    #expect(status.continueToken == "tok")
    #expect(status.name == "x")
  }

  @Test("An answer in a proxy's own words becomes one line of a Status, cut short")
  func readsForeignText() {
    let status = KubernetesStatus(httpStatus: 502, body: Array("<html>\r\n  Bad\tGateway\n</html>".utf8))
    #expect(status.code == 502)
    #expect(status.message == "<html> Bad Gateway </html>")
    let long = KubernetesStatus(httpStatus: 500, body: [UInt8](repeating: 0x61, count: 1 << 20))
    #expect(long.message.count == 400)
    #expect(KubernetesStatus(httpStatus: 503, body: []).message.isEmpty)
  }

  @Test("A server can ask for ten minutes of rest and no more", arguments: ["9223372036854775807", "600", "86400"])
  func boundsThePause(seconds: String) {
    var status = KubernetesStatus(
      httpStatus: 429, body: Array(#"{"kind":"Status","code":429,"details":{"retryAfterSeconds":\#(seconds)}}"#.utf8))
    #expect(status.retryAfter == .seconds(600))
    status = KubernetesStatus(httpStatus: 429, body: [])
    status.retryAfterHeader = Int64(seconds)
    #expect(status.retryAfter == .seconds(600))
    status.retryAfterHeader = .min
    #expect(status.retryAfter == nil)
  }

  @Test("The two meanings of 409 are told apart")
  func tellsConflictsApart() {
    func status(_ reason: String) -> KubernetesStatus {
      KubernetesStatus(httpStatus: 409, body: Array(#"{"kind":"Status","code":409,"reason":"\#(reason)"}"#.utf8))
    }
    #expect(status("AlreadyExists").isAlreadyExists)
    #expect(!status("AlreadyExists").isConflict)
    #expect(status("Conflict").isConflict)
  }
}
