import AgentRuntimes
import BoundedYAML
import ControlModel
import Foundation
import KubernetesClient
import Testing
import TranscriptImport

@testable import HTTPTransport

/// Whatever comes from outside: no input traps, none takes long, and no total leaves its bounds.
///
/// A trap ends the whole process, so each input is in the file that is named first before it is tried.
/// `PADDOCK_FUZZ_SEED` makes a run come again, `PADDOCK_FUZZ_ROUNDS` a longer one.
@Suite(.serialized) struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  static let seed = environment["PADDOCK_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
  static let rounds = environment["PADDOCK_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1500

  private func fuzz(
    _ name: String, _ samples: [String], rounds: Int = rounds, _ body: ([UInt8]) throws -> Void
  ) throws {
    let kept = try KeptInput(name, seed: Self.seed)
    var mutator = Mutator(seed: Self.seed, samples: samples)
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      let input = mutator.next()
      kept.keep(input)
      let time = try clock.measure { try body(input) }
      #expect(
        time < .seconds(2), "\(name), seed \(Self.seed): \(String(decoding: input.prefix(500), as: UTF8.self))")
    }
    kept.remove()
  }

  /// As the journal keeps them, the core reads them and the store sums them up.
  private func record(_ drafts: [EventDraft], _ projection: inout SessionProjection) throws {
    for draft in drafts {
      let event = Event(seq: projection.lastSeq + 1, time: .now(), content: draft)
      let read = try? EventLine.decode(EventLine.encode(event))
      projection.apply(read ?? event)
    }
    expectBounds(projection)
  }

  private func expectBounds(_ projection: SessionProjection) {
    #expect(projection.tokens.total <= TokenCount(steps: Int64.max) && projection.cost <= USD(micros: .max))
    #expect(projection.cost >= .zero && (0...EventNumber.last).contains(projection.lastSeq))
    #expect(SessionProjection(json: projection.json).tokens == projection.tokens, "seed \(Self.seed)")
  }

  private func configuration(_ runtime: RuntimeName) throws -> RuntimeConfiguration {
    RuntimeConfiguration(
      session: .make(at: .now()), agent: try ResourceName("fixer"), runtime: runtime, command: ["agent"],
      workingDirectory: "/w", stateDirectory: "/s")
  }

  @Test(arguments: [RuntimeName.exec, .claudeCode, .codex])
  func linesOfAgents(_ runtime: RuntimeName) throws {
    let samples = [.exec: Samples.exec, .claudeCode: Samples.claude, .codex: Samples.codex][runtime] ?? []
    var driver = try RuntimeDrivers.make(configuration(runtime))
    var projection = SessionProjection()
    _ = driver.launch(at: .now())
    try fuzz("lines-\(runtime.rawValue)", samples) { line in
      let actions = driver.receive(line, from: .standardOutput, at: .now())
      try record(actions.compactMap { if case .emit(let draft) = $0 { draft } else { nil } }, &projection)
    }
  }

  @Test func logsOfPods() throws {
    var transcript = LogTranscript(.make(at: .now()))
    var projection = SessionProjection()
    try fuzz("log", Samples.claude + Samples.codex) { line in
      try record(transcript.read(line, at: Timestamp(microseconds: .max)), &projection)
    }
  }

  @Test func journals() throws {
    var projection = SessionProjection()
    try fuzz("journal", Samples.journal) { line in
      guard let event = try? EventLine.decode(line) else { return }
      projection.apply(event)
      expectBounds(projection)
      #expect((try? EventLine.decode(EventLine.encode(event))) == event, "seed \(Self.seed)")
    }
  }

  @Test func rows() throws {
    try fuzz("row", Samples.rows) { text in
      guard let json = try? JSONValue(parsing: text).objectValue else { return }
      var projection = SessionProjection(json: json)
      let next = Event(
        seq: projection.lastSeq + 1, time: .latest,
        content: EventDraft(.user, "", usage: TokenUsage(input: 5), cost: 5, duration: 5))
      projection.apply(next)
      expectBounds(projection)
      _ = (LogCursor(json: json).start, SandboxReport(json: json).json, TeamQuota(json: json).json)
      if let spec = try? AgentSpec(json: json) {
        #expect((try? AgentSpec(json: spec.json)) == spec, "seed \(Self.seed)")
      }
    }
  }

  @Test func declarations() throws {
    try fuzz("declaration", Samples.declarations) { text in
      guard let documents = try? YAMLDocuments.read(String(decoding: text, as: UTF8.self)) else { return }
      for document in documents {
        guard let spec = document["spec"] else { continue }
        guard let read = try? AgentSpec(declared: DeclaredValue(spec)) else { continue }
        #expect((try? AgentSpec(json: read.json)) == read, "seed \(Self.seed)")
      }
    }
  }

  @Test func kubeconfigs() throws {
    try fuzz("kubeconfig", Samples.kubeconfigs) { text in
      _ = try? Kubeconfig(parsing: String(decoding: text, as: UTF8.self), path: "/tmp/config")
    }
  }

  @Test func answersOverHTTP() throws {
    try fuzz("answer", Samples.answers) { text in
      var answer = UpgradeAnswer()
      _ = answer.read(text)
      _ = answer.finish()
      var status = KubernetesStatus(httpStatus: 503, body: text)
      for word in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace) {
        status.retryAfterHeader = Int64(word)
        #expect(status.retryAfter ?? .zero <= .seconds(600))
      }
    }
  }

  @Test func transcripts() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var count = 0
    try fuzz("transcript", Samples.transcripts, rounds: Self.rounds / 5) { text in
      count += 1
      let name = ["a.jsonl", "b.json", "rollout-c.jsonl"][count % 3]
      try Data(text + [0x0A] + text).write(to: folder.appending(path: "\(count)-\(name)"))
    }
    // Imported together: what one file says must not stop the others.
    let store = CountingStore()
    let importer = TranscriptImporter(store: store, team: try ResourceName("t"), actor: "fuzz")
    _ = try await importer.importPaths([folder.path])
    #expect(store.events > 100)
    expectBounds(store.projection)
  }
}
