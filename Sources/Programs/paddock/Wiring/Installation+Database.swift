import ControlModel
import EmbeddedPostgres

extension Installation {
  var embeddedPostgres: EmbeddedPostgres {
    EmbeddedPostgres(dataDirectory: dataDirectory + "/postgres", sharedSockets: dataDirectory + "/socket")
  }

  /// The database to use, which must be there already.
  func reachableDatabase() async throws(ControlFailure) -> String {
    if let databaseURL { return databaseURL }
    if let endpoint = Endpoint.foreign(in: dataDirectory) { return try database(of: endpoint) }
    switch embeddedPostgres.status() {
    case .running(_, let url): return url
    case .unreachable(let pid):
      throw ControlFailure(
        .unavailable, "The database server of \(dataDirectory) (process \(pid)) runs, but its socket was removed.",
        hint: "`paddock up` starts it again, and the sessions go on.")
    case .hidden(let reason): throw forbidden(reason)
    case .stopped:
      throw ControlFailure(
        .unavailable, "Paddock is not running in \(dataDirectory).",
        hint: (StackTrouble.read(of: self).first?.phrase ?? roomFirst)?.asSentence
          ?? "Start it with `paddock up`, or name a database with --database-url.")
    }
  }

  /// The database to use; the embedded one is started if it is not running.
  func startDatabase() async throws(ControlFailure) -> String {
    if let databaseURL { return databaseURL }
    do {
      return try await embeddedPostgres.start()
    } catch {
      throw fullDisk(behind: "\(error)")
        ?? ControlFailure(.unavailable, "The embedded Postgres did not start: \(error)", hint: roomFirst?.asSentence)
    }
  }

  func stopDatabase() async throws(ControlFailure) {
    guard databaseURL == nil else { return }
    do {
      try await embeddedPostgres.stop()
    } catch {
      throw ControlFailure(.unavailable, "The embedded Postgres did not stop: \(error)")
    }
  }
}
