import AgentRuntimes
import ControlModel
import Glibc
import RunnerProtocol

extension Supervisor {
  private static let defaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  func launch() {
    guard phase == .running, child == nil else { return }
    isLaunchDue = !pauses.isEmpty
    if isLaunchDue { return }
    memoryKills = MemoryKills(configuration)
    let launch = driver.launch(at: .now())
    let command = command(for: launch)
    do {
      child = try ChildProcess.start(command, lineLimit: timing.lineLimit, on: queue) { [weak self] report in
        self?.assumeIsolated { $0.take(report) }
      }
    } catch {
      let program = command.arguments.first ?? ""
      ended(.notStarted("'\(program)' could not be started: \(error)."))
      return
    }
    regulateOutput()
    enqueue(launch.actions)
  }

  private func command(for launch: RuntimeLaunch) -> ChildCommand {
    let environment = configuration.environment.merging(launch.environment) { _, own in own }
    let hasLauncher = !configuration.launcher.isEmpty
    // The launcher is the engine's and found where the runner is at home; the runtime, in the agent's own PATH.
    let ownPath = getenv("PATH").map { String(cString: $0) }
    let path = hasLauncher ? ownPath : environment["PATH"]
    return ChildCommand(
      arguments: configuration.launcher + launch.command, environment: environment,
      directory: hasLauncher ? nil : configuration.workingDirectory,
      searchPath: path ?? Self.defaultSearchPath, user: configuration.user)
  }

  private func take(_ report: ChildProcess.Report) {
    inputWatch.heard()
    switch report {
    case .line(let bytes, _) where leavesOut(bytes.count): break
    case .line(let bytes, let stream): enqueue(driver.receive(bytes, from: stream, at: .now()))
    case .overlong(let length, _, _) where leavesOut(length): break
    case .overlong(let length, let head, let stream): enqueue([.emit(overlong(length, head, stream))])
    case .ended(let exit): ended(exit)
    }
  }

  private func ended(_ exit: RuntimeExit) {
    // What it left behind stopped in a session of its own goes on when the pause ends.
    child = nil
    tellLeftOut()
    let exit = exit == .code(0) || !memoryKills.hasNew ? exit : exit.forMemory
    if exit != .code(0), exit != .outOfMemory, memoryKills.hasNew { enqueue([.emit(MemoryKills.word)]) }
    enqueue(driver.exited(exit, at: .now()))
    if phase == .stopping { finishStopping() }
  }

  func relaunch(afterSeconds seconds: Double) {
    guard phase == .running else { return }
    after(max(0, seconds)) { $0.launch() }
  }

  private func overlong(_ length: Int, _ head: [UInt8], _ stream: RuntimeStream) -> EventDraft {
    let name = stream == .standardOutput ? "standard output" : "standard error"
    return EventDraft(
      .error, "A line of \(length) bytes on \(name) was left out: \(timing.lineLimit) are allowed.",
      name: "line", isError: true,
      detail: ["length": JSONValue(length), "head": .string(String(decoding: head, as: UTF8.self))])
  }
}
