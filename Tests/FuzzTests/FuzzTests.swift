import AgentRuntimes
import BoundedYAML
import ConsoleConfig
import ControlModel
import Foundation
import RunnerClient
import Testing
import TranscriptCorpus
import TranscriptImport

@testable import HTTPTransport
@testable import KubernetesClient

/// Whatever comes from outside: no input traps, none takes long, nothing grows, and no total leaves its bounds.
///
/// A trap ends the whole process, so each input is in the file that is named first before it is tried.
/// `PADDOCK_FUZZ_SEED` makes a run come again; `PADDOCK_FUZZ_ROUNDS` or `PADDOCK_FUZZ_SECONDS` (for each reader) make a
/// longer one.
@Suite(.serialized) struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  static let seed = environment["PADDOCK_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
  static let rounds = environment["PADDOCK_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1000
  static let seconds = environment["PADDOCK_FUZZ_SECONDS"].flatMap { Int64($0) }
  /// Far more than any input needs on a busy machine: what is beyond would not end.
  private static let patience = Duration.seconds(30)

  private func fuzz(
    _ name: String, _ samples: [String], rounds: Int = rounds, _ body: ([UInt8]) throws -> Void
  ) throws {
    let kept = try KeptInput(name, seed: Self.seed)
    var mutator = Mutator(seed: Self.seed, samples: samples)
    let clock = ContinuousClock()
    let end = Self.seconds.map { clock.now + .seconds($0) }
    var round = 0
    while end.map({ clock.now < $0 }) ?? (round < rounds) {
      round += 1
      let input = mutator.next()
      kept.keep(input)
      let time = try clock.measure { try body(input) }
      guard time >= Self.patience else { continue }
      Issue.record("\(name), seed \(Self.seed), \(time): \(String(decoding: input.prefix(500), as: UTF8.self))")
    }
    if end != nil { print("fuzz \(name): \(round) inputs") }
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
    #expect(JSONValue.object(projection.json).text.utf8.count < 1 << 20, "seed \(Self.seed)")
  }

  private func configuration(_ runtime: RuntimeName) throws -> RuntimeConfiguration {
    RuntimeConfiguration(
      session: .make(at: .now()), agent: try ResourceName("fixer"), runtime: runtime, command: ["agent"],
      workingDirectory: "/w", stateDirectory: "/s")
  }

  @Test(arguments: [RuntimeName.exec, .claudeCode, .codex])
  func linesOfAgents(_ runtime: RuntimeName) throws {
    let own = [.exec: Samples.exec, .claudeCode: Samples.claude, .codex: Samples.codex][runtime] ?? []
    let samples = own + Samples.corpus(runtime == .codex ? "codex-exec-json" : "claude-stream-json")
    var driver = try RuntimeDrivers.make(configuration(runtime))
    var projection = SessionProjection()
    _ = driver.launch(at: .now())
    var count = 0
    try fuzz("lines-\(runtime.rawValue)", samples) { line in
      count += 1
      var actions = driver.receive(line, from: .standardOutput, at: .now())
      if let call = projection.openApprovals.first, count % 3 == 0 {
        let decision = ApprovalDecision(
          id: .make(at: .now()), callID: call, verdict: .allow, reason: "yes", actor: "fuzz")
        actions += (try? driver.decide(decision, at: .now())) ?? []
      }
      try record(actions.compactMap { if case .emit(let draft) = $0 { draft } else { nil } }, &projection)
      if count % 200 == 0 { driver.replay(Event(seq: 1, time: .now(), content: EventDraft(.result, "", raw: line))) }
    }
  }

  @Test func logsOfPods() throws {
    var transcript = LogTranscript(.make(at: .now()))
    var projection = SessionProjection()
    try fuzz("log", Samples.claude + Samples.codex + Samples.foreign) { line in
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
      _ = (TeamReport(json: json).json, EngineStatus(json: json).json)
      if let spec = try? AgentSpec(json: json) {
        #expect((try? AgentSpec(json: spec.json)) == spec, "seed \(Self.seed)")
      }
    }
  }

  @Test func declarations() throws {
    try fuzz("declaration", Samples.declarations) { text in
      guard let documents = readYAML(text) else { return }
      for document in documents {
        guard let spec = document["spec"] else { continue }
        guard let read = try? AgentSpec(declared: DeclaredValue(spec)) else { continue }
        #expect((try? AgentSpec(json: read.json)) == read, "seed \(Self.seed)")
      }
    }
  }

  /// One sentence says why not.
  private func readYAML(_ text: [UInt8]) -> [YAMLNode]? {
    do { return try YAMLDocuments.read(String(decoding: text, as: UTF8.self)) } catch {
      #expect(!error.problem.isEmpty && error.description.utf8.count < 1 << 21, "seed \(Self.seed)")
      return nil
    }
  }

  @Test func settingsThemesAndKeymaps() throws {
    try fuzz("console", Samples.console) { text in
      let file = ConfigurationFiles.File(path: "/f.yaml", text: String(decoding: text, as: UTF8.self))
      let files = ConfigurationFiles(themes: ["f": file], keymaps: ["f": file], settings: file)
      let configuration = Configuration(files: files, commands: ["quit", "open"], theme: "f", keymap: "f")
      #expect(configuration.warnings.count < 5_000, "seed \(Self.seed)")
    }
  }

  @Test func streamsOfAnAPIServer() throws {
    var count: UInt8 = 0
    try fuzz("stream", Samples.streams) { text in
      count &+= 1
      var machine = WatchStateMachine<CoreV1.Pod>(beginsWithSnapshot: count % 2 == 0, mostObjects: 50)
      _ = machine.next()
      _ = machine.opened(at: .zero)
      for start in stride(from: 0, to: text.count, by: 997) {
        _ = machine.received(Array(text[start..<min(text.count, start + 997)]), at: .zero)
      }
      _ = machine.ended(at: .zero)
      if let page = try? JSONValue(parsing: text) { _ = machine.received(page: page, at: .zero) }
      #expect(machine.known.count <= 50, "seed \(Self.seed)")
      var reader = WebSocketReader(maximumMessage: 1 << 16)
      _ = try? reader.append(text)
      var framing = PodLogFraming(hasTimestamps: count % 3 == 0, maximumLength: 1_000)
      _ = framing.append(text)
    }
  }

  @Test func streamsOfARunner() throws {
    try fuzz("runner", Samples.journal.map { "\($0)\n" } + [Samples.journal.joined(separator: "\n")]) { text in
      var batches = EventBatches(after: 6)
      guard (try? batches.append(text)) != nil else { return }
      while let events = try? batches.next() { #expect(events.allSatisfy { $0.seq > 6 }, "seed \(Self.seed)") }
      try? batches.finish()
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
    let samples =
      Samples.transcripts + Samples.corpus("claude-session") + Samples.corpus("codex-rollout") + Samples.cases
    try fuzz("transcript", samples, rounds: Self.rounds / 5) { text in
      // A longer run reads the same files again.
      count = count % 2_000 + 1
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
