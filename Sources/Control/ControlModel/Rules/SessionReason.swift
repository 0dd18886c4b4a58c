/// Why a session needs somebody, in the words of Paddock itself. What runtimes and clusters say stands beside them:
/// `RuntimeEnd`, `Sandbox.Condition.needsSomebody`.
package enum SessionReason: String, ScreenWords {
  // Failed.
  case spent = "It has cost …, and its budget is …."
  case endsTooOften = "its sandbox ended … times within … minutes"
  case cannotStart = "The agent '…' cannot start: its … …."
  case repository = "The repository of the workspace …."
  case unreadable = "It cannot be read: …"

  // Stalled.
  case silent = "silent since … UTC"

  // Paused.
  case journalBytes = "its journal holds …, its bound is …: raise limits.journal of the agent, or purge the session"
  case journalEvents =
    "its journal has … events, its bound is …: raise limits.journal of the agent, or purge the session"
  case teamBytes =
    "the journals of its team hold …, the team's bound is …: purge sessions, or raise it with `paddock team set`"
  case teamEvents =
    "the journals of its team have … events, the team's bound is …: purge sessions, or raise it with `paddock team set`"
  case disk = "…; it goes on when there is room"
  case workspace =
    "its workspace takes …, more than its limit of …; remove files in its shell, or raise limits.disk and restart it"
  case abandoned = "paused by a core that is gone"
  case notPaused = "…; its runner is of an earlier release and cannot pause it"

  // Not known.
  case unseen = "since … UTC: …"
  case deaf = "its runner has not answered since … UTC"

  // What keeps one from coming up, or its end from being recorded.
  case undeclared = "The agent '…' of the team '…' is not declared."
  case badDeclaration = "The declaration of the agent '…' of the team '…' cannot be read: …"
  case noRoom = "No sandbox is started at present: …."
  case unconfirmed = "The core waits for the database to confirm that the session is its own."
  case unrecorded = "not recorded from event … on"
}
