package import ControlModel
import Glibc
import ProcessIdentity
import QueueExecutor
import RunnerClient
import Volumes

/// Runs each sandbox as a detached runner with a bubblewrap jail below it, on this machine.
///
/// All that is known of a sandbox is in its session's directory, so any engine on the same data directory goes on where
/// another one stopped. A lock per session keeps two of them apart; whatever changes a record holds it.
package actor LocalSandboxEngine: SandboxEngine {
  package struct Configuration: Sendable, Hashable {
    package var dataDirectory: String
    /// The absolute path of `paddock-runner`.
    package var runner: String
    /// False for an engine that is only to end what runs: that must do where nothing can be written.
    package var makesDirectories: Bool
    /// Other directories whose volumes must not fill up: the database's.
    package var otherPlaces: [String]
    /// Seconds after which a clone is given up.
    package var cloneLimit: Int

    package init(
      dataDirectory: String, runner: String, makesDirectories: Bool = true, otherPlaces: [String] = [],
      cloneLimit: Int = 3600
    ) {
      self.cloneLimit = cloneLimit
      self.dataDirectory = dataDirectory
      self.otherPlaces = otherPlaces
      self.runner = runner
      self.makesDirectories = makesDirectories
    }
  }

  package nonisolated let name = "local"
  nonisolated let configuration: Configuration
  nonisolated let machine: Machine
  nonisolated let broadcast = ChangeBroadcast()
  nonisolated let room: RoomWatch
  private nonisolated let executor = QueueExecutor(label: "paddock.local-sandbox-engine")

  /// The preparations under way, by the sandbox's uid.
  var preparations: [String: ChildCommand] = [:] { didSet { room.note(preparations) } }
  var watched: [ProcessIdentity: ProcessWatch] = [:]
  var hasAdopted = false
  /// Ended, or about to be, because they listen no more.
  var deaf: Set<ProcessIdentity> = []
  private var clients: [String: (socket: String, client: RunnerClient)] = [:]

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Makes the directories that are missing. The sandboxes that are there are adopted when they are first asked for.
  package init(_ configuration: Configuration) throws(ControlFailure) {
    var configuration = configuration
    if configuration.makesDirectories {
      try makeDirectory(configuration.dataDirectory + "/sessions")
      try makeDirectory(configuration.dataDirectory + "/run")
    }
    configuration.dataDirectory = realPath(configuration.dataDirectory) ?? configuration.dataDirectory
    guard configuration.dataDirectory.utf8.count <= SessionPaths.longestDataDirectory else {
      throw ControlFailure(
        .invalidArgument, "The path of the data directory '\(configuration.dataDirectory)' is too long.",
        hint: "It may have \(SessionPaths.longestDataDirectory) bytes, so that a unix socket fits below it.")
    }
    self.configuration = configuration
    machine = .current()
    room = RoomWatch(
      dataDirectory: configuration.dataDirectory, places: configuration.otherPlaces, groups: machine.groups,
      broadcast: broadcast)
  }

  /// Ends the streams of changes; the sandboxes go on.
  package func close() {
    broadcast.close()
    watched = [:]
  }

  package nonisolated func changes() -> AsyncStream<Void> { broadcast.stream() }

  package func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    try check(request)
    let paths = paths(of: request.session)
    try makeDirectory(paths.sandbox)
    let lock = try await SessionLock.acquire(path: paths.lock)
    if let record = load(paths) {
      if record.request.generation == request.generation { return sandbox(record) }
      try await giveWay(record, to: request, paths)
    }
    try room.checkRoom()
    try makeVolume(paths, team: request.agent.team)
    // Before anything is cloned into it.
    _ = limitWorkspace(of: request.agent, paths)
    let record = SandboxRecord(
      uid: Self.randomText(), name: SandboxRecord.name(agent: request.agent.name, session: request.session),
      request: request, createdAt: .now(), token: Self.randomText(), phaseSince: .now())
    try save(record, paths)
    startPreparation(of: record)
    _ = consume lock
    return sandbox(record)
  }

  package func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    let paths = try paths(of: reference)
    let lock = try await SessionLock.acquire(path: paths.lock)
    var record = try current(reference, paths)
    if record.operatingMode == .running {
      record.operatingMode = .suspended
      // On a full disk the processes end all the same; what could not be written is said behind that.
      try? save(record, paths)
    }
    try await finishSuspending(record, paths)
    _ = consume lock
  }

  package func resume(_ reference: SandboxReference) async throws(ControlFailure) {
    let paths = try paths(of: reference)
    let lock = try await SessionLock.acquire(path: paths.lock)
    var record = try current(reference, paths)
    if record.operatingMode == .running && (record.phase == .preparing || isAlive(record)) { return }
    try room.checkRoom()
    await stop(record)
    record.operatingMode = .running
    record.process = nil
    record.enter(.preparing, at: .now())
    try save(record, paths)
    startPreparation(of: record)
    _ = consume lock
  }

  package func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    guard let paths = try? paths(of: reference) else {
      return try refuseIfReplaced(reference)
    }
    let lock = try await SessionLock.acquire(path: paths.lock)
    let record = try current(reference, paths)
    await stop(record)
    try forget(record, paths)
    _ = consume lock
  }

  package func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {
    let paths = paths(of: session)
    guard exists(paths.root) else { return }
    let lock = try await SessionLock.acquire(path: paths.lock)
    if let record = load(paths) {
      throw ControlFailure(
        .refused, "The volume of session \(session) is in use by sandbox '\(record.name)'.",
        hint: "Delete the sandbox first.")
    }
    try checkTeam(team, paths)
    try? ProjectQuota(folder: paths.volume).lift()
    try await removeTree(paths.root)
    _ = consume lock
  }

  package func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? {
    let paths = paths(of: session)
    try checkTeam(team, paths)
    let reader = JournalReader(path: paths.journal, after: seq)
    return AsyncThrowingStream { try await reader.next() }
  }

  package func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    let paths = try paths(of: reference)
    let record = try current(reference, paths)
    let socket = paths.socket(of: record)
    if let known = clients[record.uid], known.socket == socket { return known.client }
    let client = try RunnerClient(unixSocket: socket, token: record.token)
    // Each has a thread and descriptors of its own: none is kept for a runner that has ended.
    if isAlive(record) { clients[record.uid] = (socket, client) }
    return client
  }

  func dropClient(of uid: String) {
    clients[uid] = nil
  }

  /// Unless it is that of a later runner of the same sandbox by now.
  func dropClient(of uid: String, at socket: String) {
    if clients[uid]?.socket == socket { clients[uid] = nil }
  }

  var clientCount: Int { clients.count }
}
