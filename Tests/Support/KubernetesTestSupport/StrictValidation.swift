package import ControlModel
import Foundation
import PaddockProgram
package import Testing

/// What a current API server would say to objects, by `Tests/Support/strict-validation`: the tests' own drops fields that
/// it does not know, and rules in CEL.
package enum StrictValidation {
  /// What is wrong with each of the questions, which are objects, or `object` or `patch` beside `old`.
  package static func faults(of questions: [JSONValue]) async throws -> [[Fault]] {
    if questions.isEmpty { return [] }
    let script = PaddockInstallation.checkout + "/Tests/Support/strict-validation"
    let run = try await Program.run([script], input: questions.map(\.text).joined(separator: "\n---\n"))
    let answers = try run.lines.map { try JSONValue(parsing: $0)["faults"]?.arrayValue ?? [] }
    // An answer is missing where the program could not tell.
    guard answers.count == questions.count, run.status == (answers.allSatisfy(\.isEmpty) ? 0 : 1) else {
      throw NoVerdict(words: run.errors)
    }
    return answers.map { $0.map(Fault.init) }
  }

  package struct Fault: Sendable, Hashable, CustomStringConvertible {
    package var path: String
    package var message: String

    init(_ json: JSONValue) {
      path = json["path"]?.stringValue ?? ""
      message = json["message"]?.stringValue ?? ""
    }

    package var description: String { "\(path): \(message)" }
  }

  private struct NoVerdict: Error, CustomStringConvertible {
    var words: String
    var description: String { "strict-validation could not tell: \(words)" }
  }

  /// None has a fault, and each would have one if any object in it had a field more.
  package static func expectFlawless(
    _ questions: [JSONValue], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await expectNoFault(in: questions, sourceLocation: sourceLocation)
    let spoilt = judgeable(questions, sourceLocation).flatMap(\.spoilt)
    for (question, faults) in zip(spoilt, try await faults(of: spoilt)) {
      let isSeen = faults.contains { $0.path.split(separator: ".").last == Substring(JSONValue.nonsense) }
      #expect(isSeen, "passed: \(question.text)", sourceLocation: sourceLocation)
    }
  }

  package static func expectNoFault(
    in questions: [JSONValue], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(!questions.isEmpty, sourceLocation: sourceLocation)
    let questions = judgeable(questions, sourceLocation)
    for (question, faults) in zip(questions, try await faults(of: questions)) {
      #expect(faults == [], "\(question.text)", sourceLocation: sourceLocation)
    }
  }

  /// The one change of `question` is refused there, and for nothing else.
  package static func expectFault(
    at path: String, in question: JSONValue, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    guard let question = judgeable([question], sourceLocation).first else { return }
    let faults = try await faults(of: [question])[0]
    #expect(Set(faults.map(\.path)) == [path], "\(faults)", sourceLocation: sourceLocation)
  }

  /// Upstream's definitions are no part of the repository. Where they are not, what needs them is left out: a failure if
  /// `PADDOCK_REQUIRE_CORPORA` is set or a place was named, else a warning.
  private static func judgeable(_ questions: [JSONValue], _ sourceLocation: SourceLocation) -> [JSONValue] {
    let environment = ProcessInfo.processInfo.environment
    let named = environment["PADDOCK_AGENT_SANDBOX_CRDS"]
    let folder = named ?? PaddockInstallation.checkout + "/../shared/agent-sandbox-crds"
    let others = questions.filter { !$0.isOfAgentSandbox }
    if others.count == questions.count || FileManager.default.fileExists(atPath: folder) { return questions }
    Issue.record(
      "\(folder) is not there, so nothing was validated against it. PADDOCK_AGENT_SANDBOX_CRDS names upstream's.",
      severity: named != nil || environment["PADDOCK_REQUIRE_CORPORA"] != nil ? .error : .warning,
      sourceLocation: sourceLocation)
    return others
  }
}

extension JSONValue {
  fileprivate static let nonsense = "nonsense"

  fileprivate var isOfAgentSandbox: Bool {
    let version = self["apiVersion"] ?? self["object"]?["apiVersion"] ?? self["old"]?["apiVersion"]
    return version?.stringValue?.split(separator: "/").first?.hasSuffix("agents.x-k8s.io") ?? false
  }

  /// A copy for each object in it, with a member there that no kind knows and no map of texts or amounts can hold.
  fileprivate var spoilt: [JSONValue] {
    if self["patch"] != nil || self["object"] != nil { return spoilt(only: ["patch", "object"]) }
    return spoiltInside
  }

  private var spoiltInside: [JSONValue] {
    switch self {
    case .object(let object):
      let own = JSONObject(members: object.members + [.init(name: Self.nonsense, value: [true])])
      return [.object(own)] + spoilt(only: object.members.map(\.name))
    case .array(let elements):
      return elements.indices.flatMap { index in
        elements[index].spoiltInside.map { element in
          var elements = elements
          elements[index] = element
          return .array(elements)
        }
      }
    default: return []
    }
  }

  private func spoilt(only names: [String]) -> [JSONValue] {
    guard case .object(let object) = self else { return [] }
    return object.members.indices.filter { names.contains(object.members[$0].name) }.flatMap { index in
      object.members[index].value.spoiltInside.map { value in
        var object = object
        object.members[index].value = value
        return .object(object)
      }
    }
  }
}
