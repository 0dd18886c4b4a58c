import ControlModel
import Files
import Glibc
import LocalSandboxEngine
import ProcessIdentity

/// The core that runs beside the console, started by `paddock up`.
struct CoreProcess {
  let installation: Installation

  /// The core that is at work here: the one that has written itself down, if that very process is alive and a core;
  /// else the first that the kernel shows.
  var identity: ProcessIdentity? { (try? recorded()) ?? search.cores.first }

  private var search: CoreSearch { CoreSearch(dataDirectory: installation.dataDirectory) }

  private func recorded() throws(ControlFailure) -> ProcessIdentity? {
    guard let bytes = try installation.contents(ofOwnFile: installation.coreRecord),
      let json = try? JSONValue(parsing: bytes),
      let pid = json["pid"]?.integerValue, let start = json["startTime"]?.integerValue,
      let boot = json["bootID"]?.stringValue
    else { return nil }
    let identity = ProcessIdentity(pid: Int32(clamping: pid), startTime: UInt64(clamping: start), bootID: boot)
    return identity.isAlive && CoreSearch.isCore(identity.pid) ? identity : nil
  }

  /// Puts the record right where it was lost or damaged while its core goes on.
  func mendRecord() throws(ControlFailure) {
    if try recorded() == nil, let found = search.cores.first { try write(found) }
  }

  /// Starts it detached from this terminal, its log in the data directory.
  func start() throws(ControlFailure) {
    let log: Int32
    do { log = try PlainFile.open(installation.coreLog, O_WRONLY | O_CREAT | O_APPEND) } catch {
      throw ControlFailure(.unavailable, "The core's log \(installation.coreLog) cannot be opened: \(error).")
    }
    defer { close(log) }
    var command = [Installation.executable, "core", "--data-dir", installation.dataDirectory]
    // Not on the command line: it may hold a password.
    var environment = Installation.environment
    environment["PADDOCK_DATABASE_URL"] = installation.databaseURL
    if let runner = Installation.variable("PADDOCK_RUNNER") { command += ["--runner", runner] }
    let pid = try Spawn(command: command, environment: environment, output: log, inOwnSession: true).start()
    // Before it can do so itself, so that nobody starts another one meanwhile.
    if let identity = ProcessIdentity(of: pid) { try write(identity) }
  }

  /// Written by the core itself, whole or not at all. One that waits behind another leaves that one's record alone:
  /// `down` is to end the core that is at work.
  func writeRecord() throws(ControlFailure) {
    guard self.identity == nil, let identity = ProcessIdentity(of: getpid()) else { return }
    try write(identity)
  }

  private func write(_ identity: ProcessIdentity) throws(ControlFailure) {
    let json: JSONValue = [
      "pid": JSONValue(identity.pid), "startTime": JSONValue(identity.startTime), "bootID": .string(identity.bootID),
    ]
    try TextFile.write(json.text + "\n", to: installation.coreRecord)
  }

  /// Asks it to end and waits until it is gone; after more time than a core gives its steps in flight, it is killed. A core
  /// of this directory that nobody has written down ends likewise: it would start again what is stopped here.
  func stop() async throws {
    let recorded = try self.recorded()
    for core in (recorded.map { [$0] } ?? []) + search.cores.filter({ $0 != recorded }) { try await stop(core) }
  }

  private func stop(_ core: ProcessIdentity) async throws {
    if try await core.end(by: SIGTERM, within: .seconds(20)) { return }
    if try await core.end(by: SIGKILL, within: .seconds(10)) { return }
    throw ControlFailure(.unavailable, "The core (process \(core.pid)) does not end, not even by SIGKILL.")
  }
}

extension ProcessIdentity {
  fileprivate func end(by signal: Int32, within time: Duration) async throws -> Bool {
    let deadline = ContinuousClock.now + time
    if isAlive, kill(pid, signal) != 0, errno == EPERM {
      throw ControlFailure(
        .permissionDenied, "The core (process \(pid)) belongs to another user, and you may not end it.")
    }
    while isAlive {
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(50))
    }
    return true
  }
}
