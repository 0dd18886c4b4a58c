/// Brings in history that agents made before Paddock, or without it. Every call may be repeated: what is there stays.
package protocol TranscriptStore: Sendable {
  /// Records that an import begins, before anything is written; `source` names the files or folders.
  func beginImport(
    of source: String, into team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperationID

  /// Adds those of `events` that the session does not have yet, in their order, behind what it has. Long transcripts
  /// come in chunks of some thousand events: one call for each, in order.
  func importTranscript(
    _ transcript: ImportedTranscript, events: [ImportedEvent]
  ) async throws(ControlFailure) -> ImportCount

  func finishImport(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure)
}

/// Sees to it that an import whose program was killed does not stay pending.
package protocol ImportKeeper: Sendable {
  func endLostImports() async throws(ControlFailure)
}

/// Which conversation imported events belong to: `team`, `runtime` and `runtimeSessionID` together name the session.
package struct ImportedTranscript: Sendable, Hashable {
  package var team: ResourceName
  /// The name to list the session under; an agent of that name need not be declared.
  package var agent: ResourceName
  package var runtime: RuntimeName
  package var runtimeSessionID: String
  /// Empty while unknown: a session keeps the last title that said something.
  package var title: String
  /// The earliest time known; a session keeps the earliest of all.
  package var createdAt: Timestamp

  package init(
    team: ResourceName, agent: ResourceName, runtime: RuntimeName, runtimeSessionID: String, title: String,
    createdAt: Timestamp
  ) {
    self.team = team
    self.agent = agent
    self.runtime = runtime
    self.runtimeSessionID = runtimeSessionID
    self.title = title
    self.createdAt = createdAt
  }
}

/// An event that gets its number when it is stored.
package struct ImportedEvent: Sendable, Hashable {
  /// The same for the same record of the same conversation at every import, and different for any other; of any length.
  package var key: String
  package var time: Timestamp
  package var content: EventDraft

  package init(key: String, time: Timestamp, content: EventDraft) {
    self.key = key
    self.time = time
    self.content = content
  }
}

/// What became of one chunk.
package struct ImportCount: Sendable, Hashable {
  package var session: SessionID
  /// The session was not there before.
  package var isNewSession: Bool
  package var added: Int
  package var duplicates: Int

  package init(session: SessionID, isNewSession: Bool, added: Int, duplicates: Int) {
    self.session = session
    self.isNewSession = isNewSession
    self.added = added
    self.duplicates = duplicates
  }
}
