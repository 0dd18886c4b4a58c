import ControlModel
import Logging

/// Records the log of one foreign sandbox, run of its container by run.
actor ForeignFollower {
  private let id: SessionID
  private let dependencies: ForeignSandboxes.Dependencies
  private let recorder: Recorder
  private var sandbox: ForeignSandbox
  /// Whether the node is asked to tell what comes, or what there is.
  private var isLive = true
  private var task: Task<Void, Never>?
  /// Wakes the task when the sandbox has changed.
  private let changes: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation
  /// It waits for a run of the container that there is not yet.
  private(set) var isIdle = false

  init(_ sandbox: ForeignSandbox, _ dependencies: ForeignSandboxes.Dependencies, _ recorder: Recorder) {
    id = sandbox.id
    self.sandbox = sandbox
    self.dependencies = dependencies
    self.recorder = recorder
    (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  func update(_ latest: ForeignSandbox, isLive: Bool) {
    let isNew = latest.pod != sandbox.pod
    sandbox = latest
    self.isLive = isLive
    if task == nil { task = Task { await run() } }
    if isNew { signal.yield() }
  }

  /// Returns when nothing of it is recorded any more.
  func stop() async {
    task?.cancel()
    signal.finish()
    await task?.value
  }

  private func run() async {
    var failures = 0
    while !Task.isCancelled {
      do throws(ControlFailure) {
        try await record()
        failures = 0
      } catch {
        guard !Task.isCancelled else { return }
        failures += 1
        dependencies.logger.log(
          level: failures < 5 ? .debug : .warning, "The log of a foreign sandbox is not recorded",
          metadata: ["session": "\(id)", "failure": "\(error)"])
        try? await Task.sleep(for: Backoff(first: 0.5, longest: 30).pause(afterFailures: failures))
      }
    }
  }

  /// From what is stored on, until something fails: then what is stored is read anew.
  private func record() async throws(ControlFailure) {
    guard let row = try await dependencies.store.foreignSession(id) else {
      throw ControlFailure(.notFound, "There is no foreign sandbox \(id).")
    }
    var transcript = ForeignTranscript(row.projection, dependencies.transcriber(id))
    for event in try await dependencies.store.lastEvents(of: id, limit: 500) { transcript.replay(event) }
    var runtime: RuntimeName? = row.session.runtime
    var iterator = changes.makeAsyncIterator()
    while !Task.isCancelled {
      switch transcript.next(sandbox.pod) {
      case .wait:
        isIdle = true
        _ = await iterator.next(isolation: self)
        isIdle = false
      case .read(let part):
        let isLive = isLive
        try await read(part, isLive: isLive, into: &transcript)
        if let told = transcript.runtime, told != runtime {
          try await dependencies.store.setRuntime(told, of: id)
          runtime = told
        }
        // The node knows of the container's end before the cluster does.
        if part.follows { try? await Task.sleep(for: .seconds(isLive ? 1 : dependencies.logInterval)) }
      }
      try await commit(&transcript)
    }
  }

  private func read(
    _ part: LogPart, isLive: Bool, into transcript: inout ForeignTranscript
  ) async throws(ControlFailure) {
    guard let engine = dependencies.engine else { return }
    var asked = part
    asked.follows = part.follows && isLive
    transcript.begin(part)
    let reader: any LogReader
    do throws(ControlFailure) {
      reader = try await engine.log(of: sandbox, asked)
    } catch {
      // The pod, or its last run, is gone, with what was not read of it.
      guard [.notFound, .invalidArgument].contains(error.code) else { throw error }
      transcript.lost()
      return
    }
    var runtime = transcript.runtime
    while let lines = try await reader.next() {
      if Task.isCancelled { throw ControlFailure(.cancelled, "The log is not followed any more.") }
      for start in stride(from: 0, to: lines.count, by: 500) {
        transcript.take(Array(lines[start..<min(start + 500, lines.count)]))
        try await commit(&transcript)
      }
      if let told = transcript.runtime, told != runtime {
        try await dependencies.store.setRuntime(told, of: id)
        runtime = told
      }
    }
    if Task.isCancelled { throw ControlFailure(.cancelled, "The log is not followed any more.") }
    transcript.end(part)
  }

  /// Returns when it is recorded: what follows waits at the node for so long.
  private func commit(_ transcript: inout ForeignTranscript) async throws(ControlFailure) {
    guard let batch = transcript.takeBatch(of: id) else { return }
    guard dependencies.confirmation.isValid else {
      throw ControlFailure(.unavailable, "The core waits for the database to confirm that the session is its own.")
    }
    try await recorder.record(batch)
  }
}
