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
  /// The socket of a runner. Apart from the session's directory: an address has at most 107 bytes. And every user of the
  /// machine can list all addresses (`/proc/net/unix`), so that the name tells nothing of the session.
  func socket(of record: SandboxRecord) -> String {
    "\(dataDirectory)/run/\(record.socket ?? formerSocket)"
  }

  /// As sockets were named before they had a name of their own: such runners may still be at work.
  private var formerSocket: String { "\(session).sock" }

  /// The longest data directory whose sockets can be addressed.
  static let longestDataDirectory = 107 - "/run/00000000-0000-0000-0000-000000000000.sock".utf8.count
}
