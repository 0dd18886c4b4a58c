package import ControlModel

/// Where everything of one session lies below the data directory. All of it but the volume belongs to the engine's user
/// alone; the volume belongs to the agent's.
package struct SessionPaths: Sendable, Hashable {
  package let dataDirectory: String
  package let session: SessionID

  package init(dataDirectory: String, session: SessionID) {
    self.dataDirectory = dataDirectory
    self.session = session
  }

  package var root: String { "\(dataDirectory)/sessions/\(session)" }
  /// What the agent sees as `/workspace`.
  package var volume: String { "\(root)/volume" }
  package var journalDirectory: String { "\(root)/journal" }
  package var journal: String { "\(journalDirectory)/journal.jsonl" }
  package var sandbox: String { "\(root)/sandbox" }
  package var record: String { "\(sandbox)/sandbox.json" }
  package var configuration: String { "\(sandbox)/runner.json" }
  package var log: String { "\(sandbox)/runner.log" }
  /// What the jail shows as `/etc/passwd` and so on.
  package var etc: String { "\(sandbox)/etc" }
  /// Names the owning team as long as there is a volume.
  package var team: String { "\(root)/team" }
  package var lock: String { "\(root)/lock" }
  package var preparationLock: String { "\(root)/preparation.lock" }
  /// Apart from the session's directory: an address of a unix socket has at most 107 bytes.
  package var socket: String { "\(dataDirectory)/run/\(session).sock" }

  /// The longest data directory whose sockets can be addressed.
  static let longestDataDirectory = 107 - "/run/00000000-0000-0000-0000-000000000000.sock".utf8.count
}
