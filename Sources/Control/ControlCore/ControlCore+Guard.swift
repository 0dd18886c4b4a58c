import ControlModel
import Logging

extension ControlCore {
  /// Sees to it that nobody keeps the cores, or one team another, from work by what he holds in the database. With the
  /// lease or without: somebody may hold that. In a lane of its own, which waits for none of them.
  func keepTheWayClear(_ signal: AsyncStream<Void>.Continuation) async {
    var told: Set<EndedConnection> = []
    var isFailureTold = false
    while !Task.isCancelled {
      do throws(ControlFailure) {
        let found = try await store.endIntruders()
        for connection in found where told.insert(connection).inserted { note(connection) }
        if found.contains(where: \.isEnded) { signal.yield() }
        isFailureTold = false
      } catch {
        if !isFailureTold, !Task.isCancelled {
          logger.warning("Nobody looks after who holds up the cores", metadata: ["failure": "\(error)"])
        }
        isFailureTold = true
      }
      if told.count > 1000 { told = [] }
      try? await Task.sleep(for: .seconds(settings.guardInterval))
    }
  }

  private func note(_ connection: EndedConnection) {
    logger.log(
      level: connection.isEnded ? .notice : .warning,
      connection.isEnded ? "A connection to the database was ended" : "A connection to the database is in the way",
      metadata: [
        "login": "\(connection.login)", "process": "\(connection.process)", "application": "\(connection.application)",
        "reason": "\(connection.reason)",
      ])
  }
}
