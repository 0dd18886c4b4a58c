import ControlModel
import Dispatch
import Files
import Glibc
import ProcessIdentity
import RunnerClient
import RunnerProtocol
import SessionWorkspace
import SystemCallFilter

extension LocalSandboxEngine {
  /// How long a runner may take to end its runtime and write its journal's last lines.
  static let gracePeriod = 10.0
  /// For one that does not answer any more, after as long again for its answer.
  static let hungGracePeriod = 1.0

  private static let watchQueue = DispatchQueue(label: "paddock.local-sandbox-engine.watch")

  /// Starts the runner for a volume that is ready. The session's lock is held.
  func startRunner(_ record: inout SandboxRecord, _ paths: SessionPaths) async throws(ControlFailure) {
    await endStrays(paths)
    let plan = machine.groups.plan(
      for: record.request.agent.spec.limits, name: record.uid, jailProcesses: machine.jailProcesses)
    try plan.make()
    record.unenforced = plan.unenforced + [limitWorkspace(of: record.request.agent, paths)].compactMap { $0 }
    let jail = try jail(record, paths, groups: plan.groups.map(\.members))
    unlink(paths.socket(of: record))
    record.socket = Self.randomText().prefix(16) + ".sock"
    var writer = JSONWriter()
    writer.value(.object(runnerConfiguration(record, paths, jail, plan).json))
    try replaceFile(paths.configuration, with: writer.bytes)
    record.process = try spawnRunner(paths)
    record.enter(.started, at: .now())
  }

  /// The arguments that name one session's runner; also how a runner is found whose start was not recorded any more.
  private func runnerArguments(_ paths: SessionPaths) -> [String] {
    [configuration.runner, "--config", paths.configuration]
  }

  private func spawnRunner(_ paths: SessionPaths) throws(ControlFailure) -> ProcessIdentity? {
    let log: Int32
    do { log = try PlainFile.open(paths.log, O_WRONLY | O_CREAT | O_APPEND, followingLinks: false) } catch {
      throw systemFailure("open", paths.log, error)
    }
    defer { Glibc.close(log) }
    let spawn = Spawn(
      command: runnerArguments(paths), environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"],
      output: log, inOwnSession: true)
    let pid = try spawn.start()
    // Not reaped yet, so its id is still its own even if it has ended.
    return ProcessStatus(of: pid).map {
      ProcessIdentity(pid: pid, startTime: $0.startTime, bootID: ProcessIdentity.currentBootID)
    }
  }

  /// A crash between a runner's start and its record leaves one that nobody knows of; a session must never have two.
  func endStrays(_ paths: SessionPaths) async {
    for identity in ProcessTree.processes(withArguments: runnerArguments(paths)) {
      await end(identity, gracePeriod: 0)
    }
  }

  /// Ends all of a sandbox's processes, those of a preparation too. A turn may go on for `turnSeconds`, or the moment that
  /// a runner gives it by itself.
  func stop(_ record: SandboxRecord, turnSeconds: Double = 0) async {
    preparations[record.uid]?.cancel()
    while preparations[record.uid] != nil { try? await Task.sleep(for: .milliseconds(5)) }
    if let process = record.process, process.isAlive {
      // One that hangs would only let the time pass; its journal is as good as it will ever be.
      let isHung = !(await answers(record, process))
      let frozen = room.freezer.isFrozen(record) ? record : nil
      let turn = isHung || frozen != nil ? 0 : await giveTurn(turnSeconds, record)
      await end(process, gracePeriod: isHung ? Self.hungGracePeriod : Self.gracePeriod + turn, frozen: frozen)
    }
    await endStrays(paths(of: record.request.session))
    machine.groups.remove(name: record.uid)
    dropClient(of: record.uid)
  }

  /// What of it the runner will wait; one of an earlier release gives no more than its moment.
  private func giveTurn(_ seconds: Double, _ record: SandboxRecord) async -> Double {
    guard seconds > 0, let runner = try? await runner(of: record.reference) as? RunnerClient else { return 0 }
    let isTold: Void? = try? await runner.giveTurn(seconds: seconds, within: .seconds(5))
    return isTold == nil ? 0 : seconds
  }

  /// Any answer will do, a refusal too; a process that was stopped is not asked.
  private func answers(_ record: SandboxRecord, _ process: ProcessIdentity) async -> Bool {
    if ProcessStatus(of: process.pid)?.isStopped ?? true { return false }
    guard let runner = try? await runner(of: record.reference) else { return false }
    let question = Task { () async -> Bool in
      do throws(ControlFailure) { _ = try await runner.status() } catch {
        return ![.unavailable, .cancelled].contains(error.code)
      }
      return true
    }
    // Not a child: a caller that was cancelled still gives the runner its time.
    let alarm = Task {
      try? await Task.sleep(for: .seconds(Self.hungGracePeriod))
      question.cancel()
    }
    defer { alarm.cancel() }
    return await question.value
  }

  /// A jail dies with its runner, as bubblewrap is killed by the kernel when the runner is gone; what was still below it
  /// is killed by itself all the same.
  ///
  /// A frozen agent does not go on for it: killed before it is let go, it does not come to its next instruction.
  func end(_ identity: ProcessIdentity, gracePeriod: Double, frozen: SandboxRecord? = nil) async {
    guard let handle = ProcessHandle(identity) else { return }
    let below = ProcessTree.descendants(of: identity.pid).compactMap { ProcessHandle($0) }
    if gracePeriod > 0 {
      handle.signal(SIGTERM)
      if let frozen {
        // So long the runner has to know that it is told to end: what it sees end then is no crash.
        _ = await hasEnded(handle, within: 0.5)
        for process in below { process.signal(SIGKILL) }
        room.freezer.thaw(frozen)
      }
      _ = await hasEnded(handle, within: gracePeriod)
    }
    for process in below { process.signal(SIGKILL) }
    for process in ProcessTree.kill(handle) + below { _ = await hasEnded(process, within: 5) }
    waitpid(identity.pid, nil, WNOHANG)
  }

  private func hasEnded(_ handle: ProcessHandle, within seconds: Double) async -> Bool {
    let end = Timestamp.now().advanced(bySeconds: seconds)
    while !handle.waitForEnd(milliseconds: 0) {
      guard Timestamp.now() < end else { return false }
      // A cancelled caller must not make this a busy loop that ends early: then a thread of the engine's own waits.
      if (try? await Task.sleep(for: .milliseconds(10))) == nil { usleep(10_000) }
    }
    return true
  }

  func watch(_ record: SandboxRecord) {
    guard let process = record.process, watched[process] == nil, let handle = ProcessHandle(process) else { return }
    let (uid, socket) = (record.uid, paths(of: record.request.session).socket(of: record))
    watched[process] = ProcessWatch(handle, queue: Self.watchQueue) { [weak self, broadcast] in
      broadcast.notify()
      Task { await self?.forget(process, of: uid, at: socket) }
    }
  }

  /// A client has a thread and descriptors of its own, and sessions that have ended may stay for years.
  private func forget(_ process: ProcessIdentity, of uid: String, at socket: String) {
    watched[process] = nil
    dropClient(of: uid, at: socket)
  }
}

extension LocalSandboxEngine {
  private func runnerConfiguration(
    _ record: SandboxRecord, _ paths: SessionPaths, _ jail: JailArguments, _ plan: ControlGroups.Plan
  ) -> RunnerConfiguration {
    let request = record.request
    return RunnerConfiguration(
      session: request.session, generation: request.generation, agent: request.agent,
      listener: .unixSocket(path: paths.socket(of: record)), token: record.token, journal: paths.journal,
      launcher: jail.launcher,
      workingDirectory: jail.workingDirectory, stateDirectory: WorkspacePreparation.stateDirectory,
      environment: AgentEnvironment.variables(of: request.agent), firstSeq: request.firstSeq,
      runtimeSessionID: request.runtimeSessionID, memoryEvents: plan.memoryEvents, spent: request.spent,
      reason: request.reason, awaitsMessage: request.awaitsMessage)
  }

  /// The jail of the agent's command.
  private func jail(
    _ record: SandboxRecord, _ paths: SessionPaths, groups: [String]
  ) throws(ControlFailure) -> JailArguments {
    let spec = record.request.agent.spec
    let command = try AgentCommand(spec.command.first, access: try hostAccess())
    var jail = try emptyJail(record, paths, network: spec.network)
    jail.workingDirectory = WorkspacePreparation(spec).workingDirectory
    jail.readOnly = command.readOnly
    jail.links = command.links
    jail.groups = groups
    return jail
  }

  func emptyJail(
    _ record: SandboxRecord, _ paths: SessionPaths, network: AgentSpec.Network
  ) throws(ControlFailure) -> JailArguments {
    let agent = record.request.agent
    let files = SynthesisedFiles(agent: agent, hostname: record.name, network: network)
    return JailArguments(
      host: machine.host, bubblewrap: machine.bubblewrap ?? "/usr/bin/bwrap",
      setpriv: machine.setpriv ?? "/usr/bin/setpriv", hostname: record.name, volume: paths.volume,
      synthesised: try files.write(to: paths.etc), network: network, agentUser: machine.agentUser(of: agent.team),
      workingDirectory: JailArguments.workspace, filter: try writeFilter())
  }

  /// Made once by each process that needs it.
  private static let filter = Result { () throws(ControlFailure) in try SystemCallFilter() }

  /// One file for all jails, so that a runner that starts its agent anew does it behind the latest filter.
  func writeFilter() throws(ControlFailure) -> String {
    let path = configuration.dataDirectory + "/run/system-calls.bpf"
    let program = try Self.filter.get().program
    if readFile(path) != program { try replaceFile(path, with: program) }
    return path
  }
}
