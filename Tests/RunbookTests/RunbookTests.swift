import ConsoleUI
import ControlModel
import Foundation
import HTTPTransport
import KubernetesClient
import Testing

/// docs/runbook.md and the words of the code are the same.
@Suite struct RunbookTests {
  private let runbook: Runbook

  init() throws { runbook = try Runbook() }

  private var headings: [String] { runbook.sections.flatMap(\.words) }

  @Test func everyReasonHasItsSection() {
    #expect(Catalogue.all.count > 80)
    #expect(Catalogue.all.subtracting(headings).sorted() == [], "without a section in docs/runbook.md")
  }

  @Test func everySectionIsOfWordsThatAScreenCanShow() {
    #expect(Set(headings).subtracting(Catalogue.all).sorted() == [], "a section of what no code says")
    #expect(Set(headings).count == headings.count, "two sections of the same words")
  }

  @Test func everySectionSaysWhatItMeansHowToLookAndWhatToDo() {
    for section in runbook.sections {
      let heads = section.text.split(separator: "\n").filter { $0.hasPrefix("- ") }.map { $0.split(separator: " ")[1] }
      #expect(heads == ["**Means**", "**Look**", "**Do**"], "\(section.words)")
    }
  }

  @Test func failuresOfAConnectionReadAsTheirHeadings() {
    for error in Catalogue.connection {
      if let heading = Catalogue.heading(of: error) { #expect(heading.fits("\(error)"), "\(error)") }
    }
    let watch = RequestSubject("watch", CoreV1.Pod.type)
    let refusals: [(Int, String, ClusterRefusal)] = [
      (401, "Unauthorized", .credentials), (403, #"pods is forbidden: User "core" cannot watch resource"#, .right),
      (403, "pods is forbidden: exceeded quota: team", .admission), (403, "is forbidden: ", .admissionWithoutReason),
      (404, "", .unserved), (500, "etcdserver: no leader", .other),
    ]
    for (code, message, words) in refusals {
      let status = KubernetesStatus(httpStatus: code, body: Array(json(code, message).utf8))
      #expect(words.rawValue.fits("\(KubernetesError.refused(status, watch))"))
    }
    for error: KubernetesError in [
      .credentials(user: "ann", reason: "no"), .unreadable(subject: "It", reason: "no"),
      .streamEndsAtOnce(CoreV1.Pod.type),
    ] {
      #expect(Catalogue.heading(of: error)?.fits("\(error)") == true, "\(error)")
    }
  }

  private func json(_ code: Int, _ message: String) -> String {
    JSONValue.object(["kind": "Status", "status": "Failure", "code": JSONValue(code), "message": .string(message)]).text
  }

  /// What stands in a catalogue and is said by nobody has no place in a runbook; of the header `HeaderAlarmTests` shows it.
  @Test func everyWordOfACatalogueIsUsed() throws {
    let sources = try Self.sources()
    let cases = Catalogue.words.filter { $0.name != "\(HeaderAlarm.self)" }
      .flatMap { words in words.cases.map { "\(words.name).\($0.name)" } }
    #expect(cases.filter { !sources.contains("\($0).told(") } == [], "said by no code")
  }

  /// Whoever gives a session a state that needs somebody takes the reason from a catalogue, or passes on another's words.
  @Test func noStateThatNeedsSomebodyHasAReasonOfItsOwn() throws {
    let states = Catalogue.states.joined(separator: "|")
    let pattern = try Regex("(DerivedState\\(|setState\\()\\.(\(states)),( reason:)? \"[^\"]")
    #expect(try Self.sources().firstMatch(of: pattern).map { "\($0.0)" } == nil)
    let reason = "DerivedState(.failed, \"it is odd\")"
    #expect(reason.firstMatch(of: pattern) != nil)
  }

  private static func sources() throws -> String {
    let files = FileManager.default.enumerator(atPath: Runbook.root + "/Sources")?.compactMap { $0 as? String } ?? []
    let swift = files.filter { $0.hasSuffix(".swift") }
    #expect(swift.count > 100)
    return try swift.map { try String(contentsOfFile: Runbook.root + "/Sources/" + $0, encoding: .utf8) }
      .joined(separator: "\n")
  }
}
