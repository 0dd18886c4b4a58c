import ControlModel
import EmbeddedPostgres
import Glibc
import Logging

/// Starts the embedded stack's Postgres and core again when they are gone without having been asked to.
struct StackSupervisor {
  private let installation: Installation
  private let logger: Logger
  private var database = Revival()
  private var core = Revival()
  private var unreachableSince: Timestamp?
  private var told: [StackTrouble] = []
  private let place: PlaceIdentity?

  /// Seconds for which a server without its socket is left to whoever is at work on it.
  private static let socketGrace = 5.0

  init(_ installation: Installation, logger: Logger) {
    self.installation = installation
    self.logger = logger
    place = PlaceIdentity(installation.dataDirectory)
  }

  /// Until the task is cancelled, or the data directory is another than it was: in one that was moved or removed nothing
  /// may be made anew.
  mutating func run() async {
    // One that was killed may have left its last word.
    StackTrouble.write([], of: installation)
    while !Task.isCancelled, PlaceIdentity(installation.dataDirectory) == place {
      // Those that were started here. Nothing else waits for a child meanwhile.
      while waitpid(-1, nil, WNOHANG) > 0 {}
      await lookAtDatabase()
      await lookAtCore()
      tell()
      try? await Task.sleep(for: .milliseconds(500))
    }
    told = []
    StackTrouble.write([], of: installation)
  }

  // MARK: Postgres

  private mutating func lookAtDatabase() async {
    guard installation.databaseURL == nil else { return }
    guard let loss = databaseLoss else { return database.sawAlive(at: .now()) }
    await perform(database.sawGone(loss, at: .now()), "Postgres", \.database) {
      (installation) async throws(ControlFailure) in
      guard Self.isInitialized(installation) else {
        throw ControlFailure(.notFound, "its data directory is gone")
      }
      _ = try await installation.startDatabase()
    }
  }

  private static func isInitialized(_ installation: Installation) -> Bool {
    installation.embeddedPostgres.isInitialized
  }

  /// Why it has to be started; `nil` while there is nothing to do.
  private var databaseLoss: String? {
    mutating get {
      switch installation.embeddedPostgres.status() {
      case .running, .hidden:
        unreachableSince = nil
        return nil
      case .stopped:
        unreachableSince = nil
        return "its server process has ended"
      case .unreachable:
        let since = unreachableSince ?? .now()
        unreachableSince = since
        return Timestamp.now().seconds(since: since) >= Self.socketGrace ? "its socket was removed" : nil
      }
    }
  }

  // MARK: The core

  private mutating func lookAtCore() async {
    let process = StackProcess(of: installation)
    // One that was asked to end has taken its record back. Without its database a core only ends again.
    guard process.wasLost, database.since == nil else {
      if process.identity != nil { core.sawAlive(at: .now()) }
      return
    }
    let reason = Self.lastLine(of: process.log) ?? "its process has ended"
    await perform(core.sawGone(reason, at: .now()), "The core", \.core) { (installation) async throws(ControlFailure) in
      try StackProcess(of: installation).start()
    }
  }

  private static func lastLine(of path: String) -> String? {
    guard let bytes = try? TextFile.bytes(of: path) else { return nil }
    return bytes.suffix(4_000).split(separator: 0x0A).last.map { String(decoding: $0.prefix(300), as: UTF8.self) }
  }

  // MARK: Steps

  private mutating func perform(
    _ step: Revival.Step, _ part: String, _ revival: WritableKeyPath<StackSupervisor, Revival>,
    _ start: (Installation) async throws(ControlFailure) -> Void
  ) async {
    switch step {
    case .none: return
    case .giveUp: return logger.error("\(part) is given up: \(self[keyPath: revival].reason)")
    case .start:
      let (number, reason) = (self[keyPath: revival].tries, self[keyPath: revival].reason)
      logger.warning("\(part) is gone (\(reason)); it is started again, try \(number) of \(Revival.mostTries)")
      tell()
    }
    do throws(ControlFailure) {
      try await underStartLock(start)
      // Its next look says whether it lives.
    } catch {
      logger.warning("\(part) did not start: \(error.summary)")
      if self[keyPath: revival].failed(error.summary, at: .now()) == .giveUp {
        logger.error("\(part) is given up: \(error.summary)")
      }
    }
  }

  /// An `up` that is at it is waited for; what it has started is found.
  private func underStartLock(
    _ start: (Installation) async throws(ControlFailure) -> Void
  ) async throws(ControlFailure) {
    let lock: StartLock
    do { lock = try await StartLock.acquire(in: installation.dataDirectory) } catch {
      throw (error as? ControlFailure) ?? ControlFailure(.cancelled, "it was told to end")
    }
    defer { lock.release() }
    try await start(installation)
  }

  private mutating func tell() {
    let troubles = [("Postgres", database), ("The core", core)].compactMap { part, revival in
      revival.since.map {
        StackTrouble(
          part: part, since: $0, tries: revival.tries, reason: revival.reason, hasGivenUp: revival.hasGivenUp)
      }
    }
    guard troubles != told else { return }
    told = troubles
    StackTrouble.write(troubles, of: installation)
  }
}

/// Which directory a path leads to.
private struct PlaceIdentity: Hashable {
  private let device: dev_t
  private let number: ino_t

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }
}
