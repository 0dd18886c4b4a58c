package import ControlModel
package import RunnerProtocol
import Synchronization

/// The session that a runner serves: there from its start, or from the moment it is handed over. Given once.
package final class SessionSlot: Sendable {
  struct Occupant: Sendable {
    let configuration: RunnerConfiguration
    let supervisor: Supervisor
    let reader: JournalReader
  }

  let streams = OpenStreams()
  private let state = Mutex<Occupant?>(nil)

  package init() {}

  package var supervisor: Supervisor? { occupant?.supervisor }

  var occupant: Occupant? { state.withLock { $0 } }

  /// Returns when every open stream has delivered what is journalled and has ended. Call it when nothing more is to be
  /// journalled.
  func finishStreams() async {
    occupant?.supervisor.feed.finish()
    await streams.ended()
  }

  func occupied() throws(ControlFailure) -> Occupant {
    guard let occupant else {
      throw ControlFailure(
        .unavailable, "The runner waits for its session.", hint: "Hand it over with PUT \(RunnerPath.session).")
    }
    return occupant
  }

  /// Blocks while the journal is opened.
  package func fill(_ configuration: RunnerConfiguration, _ supervisor: Supervisor) throws(ControlFailure) {
    let reader: JournalReader
    do { reader = try JournalReader(supervisor.feed) } catch { throw error.failure }
    state.withLock { $0 = Occupant(configuration: configuration, supervisor: supervisor, reader: reader) }
  }
}
