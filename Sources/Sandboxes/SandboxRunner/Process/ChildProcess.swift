import AgentRuntimes
import CSpawn
import Dispatch
import Glibc
import Readiness
import Synchronization

/// One run of a process in a session and process group of its own. Confined to its queue, where it also calls back.
final class ChildProcess {
  enum Report: Sendable {
    case line([UInt8], RuntimeStream)
    case overlong(length: Int, head: [UInt8], RuntimeStream)
    /// Comes last, after everything the process has written.
    case ended(RuntimeExit)
  }

  /// How long a descendant that outlives the process may keep its output open, before the group is killed.
  private static let drainSeconds = 0.5

  let process: pid_t
  let input: InputPipe
  private let queue: DispatchQueue
  private let report: (Report) -> Void
  private let end: Int32
  private var outputs: [OutputPipe] = []
  private var exit: RuntimeExit?
  private var isFinished = false

  /// The process is started on a thread that lives until it ends: PR_SET_PDEATHSIG, which kills it when the runner is
  /// killed, is bound to that thread, and threads of a queue come and go.
  static func start(
    _ command: ChildCommand, lineLimit: Int, on queue: DispatchQueue, report: @escaping (Report) -> Void
  ) throws(SystemError) -> ChildProcess {
    let pipes = try ChildPipes()
    let result = StartResult()
    startThread {
      let process = result.set { () throws(SystemError) in
        try ChildRegistry.shared.start { () throws(SystemError) in
          try command.start(input: pipes.input.readEnd, output: pipes.output.writeEnd, error: pipes.error.writeEnd)
        }
      }
      // A start that failed has its pipes closed by the other side.
      if let process { pipes.tellEnd(of: process) }
    }
    let process: pid_t
    do { process = try result.wait() } catch {
      pipes.closeAll()
      throw error
    }
    pipes.closeChildEnds()
    let child = ChildProcess(process, pipes, lineLimit, queue, report)
    child.begin()
    return child
  }

  private init(
    _ process: pid_t, _ pipes: ChildPipes, _ limit: Int, _ queue: DispatchQueue, _ report: @escaping (Report) -> Void
  ) {
    self.process = process
    self.queue = queue
    self.report = report
    end = pipes.end.readEnd
    input = InputPipe(pipes.input.writeEnd, on: queue)
    for (end, stream) in [(pipes.output.readEnd, RuntimeStream.standardOutput), (pipes.error.readEnd, .standardError)] {
      outputs.append(
        OutputPipe(
          end, limit: limit, on: queue, deliver: { [weak self] in self?.deliver($0, stream) },
          ended: { [weak self] in self?.finishIfDone() }))
    }
  }

  /// To the whole process group. Safe from hitting a stranger: the leader is reaped only after the last call.
  func signal(_ number: Int32) {
    guard !isFinished else { return }
    kill(-process, number)
  }

  /// To the process that was started, and to none of its own.
  func signalLeader(_ number: Int32) {
    guard !isFinished else { return }
    kill(process, number)
  }

  /// Whether all it was told has been read, and it can do nothing more until it is told more.
  func waitsForInput(launcher: [String]) -> Bool {
    guard exit == nil, input.isDrained, let pipe = input.name else { return false }
    return InputWait(pipe: pipe, hasLauncher: !launcher.isEmpty).holds(for: process)
  }

  /// All that it writes is read as it comes.
  var isRead: Bool { outputs.allSatisfy(\.isRead) }

  func pause() { for output in outputs { output.pause() } }
  func resume() { for output in outputs { output.resume() } }

  private func begin() {
    input.start()
    for output in outputs { output.start() }
    let end = end
    let source = ReadinessSource(end, for: .reading, queue: queue)
    source.setCancelHandler { _ = close(end) }
    // The handler keeps the child until its end is told.
    source.setEventHandler {
      source.cancel()
      self.ended(ChildPipes.readEnd(end))
    }
    source.resume()
  }

  private func ended(_ exit: RuntimeExit) {
    self.exit = exit
    finishIfDone()
    guard !isFinished else { return }
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + Self.drainSeconds)
    timer.setEventHandler {
      timer.cancel()
      self.finish()
    }
    timer.resume()
  }

  private func finishIfDone() {
    if exit != nil, outputs.allSatisfy({ !$0.isOpen }) { finish() }
  }

  private func finish() {
    guard let exit, !isFinished else { return }
    // What the runtime leaves behind ends with it.
    kill(-process, SIGKILL)
    isFinished = true
    for output in outputs { output.finish() }
    input.close()
    ChildRegistry.shared.reap(process)
    report(.ended(exit))
  }

  private func deliver(_ piece: LineSplitter.Piece, _ stream: RuntimeStream) {
    switch piece {
    case .line(let bytes): report(.line(bytes, stream))
    case .overlong(let length, let head): report(.overlong(length: length, head: head, stream))
    }
  }
}
