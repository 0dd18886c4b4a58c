package import ControlModel
import Glibc
import ProcessIdentity

extension LocalSandboxEngine {
  package func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    await adopt()
    guard let names = namesIn(configuration.dataDirectory + "/sessions") else {
      throw systemFailure("read the directory", configuration.dataDirectory + "/sessions")
    }
    return names.sorted().compactMap { SessionID($0) }.compactMap { load(paths(of: $0)) }.map { record in
      watch(record)
      endIfDeaf(record)
      return sandbox(record)
    }
  }

  func paths(of session: SessionID) -> SessionPaths {
    SessionPaths(dataDirectory: configuration.dataDirectory, session: session)
  }

  /// Where the sandbox of that uid is; a uid begins with nothing that tells its session, so all are asked.
  func paths(of reference: SandboxReference) throws(ControlFailure) -> SessionPaths {
    let names = namesIn(configuration.dataDirectory + "/sessions") ?? []
    let likely = names.filter { reference.name.hasSuffix($0.suffix(8)) }
    for session in likely.compactMap({ SessionID($0) }) where load(paths(of: session))?.uid == reference.uid {
      return paths(of: session)
    }
    try refuseIfReplaced(reference)
    throw ControlFailure(.notFound, "There is no sandbox '\(reference.name)' in team '\(reference.team)'.")
  }

  /// A sandbox of the same name but another uid has come into the place of the one that was looked at.
  func refuseIfReplaced(_ reference: SandboxReference) throws(ControlFailure) {
    let names = namesIn(configuration.dataDirectory + "/sessions") ?? []
    let records = names.compactMap { SessionID($0) }.compactMap { load(paths(of: $0)) }
    if records.contains(where: { $0.name == reference.name && $0.uid != reference.uid }) { throw stale(reference) }
  }

  /// The record as it is under the lock: it may have been replaced while the lock was waited for.
  func current(_ reference: SandboxReference, _ paths: SessionPaths) throws(ControlFailure) -> SandboxRecord {
    guard let record = load(paths), record.uid == reference.uid else { throw stale(reference) }
    guard record.request.agent.team == reference.team else {
      throw ControlFailure(.notFound, "There is no sandbox '\(reference.name)' in team '\(reference.team)'.")
    }
    return record
  }

  private func stale(_ reference: SandboxReference) -> ControlFailure {
    ControlFailure(
      .conflict, "The sandbox '\(reference.name)' is not the one that was looked at: it was replaced meanwhile.",
      hint: "Look again before you act.")
  }

  func load(_ paths: SessionPaths) -> SandboxRecord? {
    guard let record = readFile(paths.record).flatMap(SandboxRecord.init(parsing:)),
      record.request.session == paths.session
    else { return nil }
    return record
  }

  func save(_ record: SandboxRecord, _ paths: SessionPaths) throws(ControlFailure) {
    var writer = JSONWriter()
    writer.value(.object(record.json))
    try replaceFile(paths.record, with: writer.bytes)
    broadcast.notify()
  }

  /// The record goes last: as long as it is there, a crash leaves a sandbox that can be deleted again.
  func forget(_ record: SandboxRecord, _ paths: SessionPaths) throws(ControlFailure) {
    for path in [paths.configuration, paths.socket(of: record)] { unlink(path) }
    guard unlink(paths.record) == 0 || errno == ENOENT else { throw systemFailure("remove", paths.record) }
    synchroniseDirectory(paths.sandbox)
    dropClient(of: record.uid)
    broadcast.notify()
  }

  func isAlive(_ record: SandboxRecord) -> Bool { record.process?.isAlive ?? false }

  func sandbox(_ record: SandboxRecord) -> Sandbox {
    record.sandbox(
      isAlive: isAlive(record), node: machine.node, isRoot: machine.isRoot, frozen: room.condition(of: record.uid))
  }

  /// 128 random bits; the generator is the system's.
  static func randomText() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
