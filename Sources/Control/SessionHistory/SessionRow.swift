import ControlModel
import PostgresClient

/// A session as a row of `paddock.session`.
enum SessionRow {
  static let columns = """
    s.id, s.team, s.agent, s.runtime, s.title, s.desired, s.generation, s.state, s.state_reason, s.state_since, s.now, \
    s.events, s.turns, s.tokens_input, s.tokens_output, s.tokens_cache_read, s.tokens_cache_write, s.cost_micro, \
    s.created_at, s.last_event_at, s.runtime_session_id, s.foreign_sandbox, s.kept_from
    """

  static func read(_ row: PostgresRow) throws -> Session {
    Session(
      id: try row.sessionID("id"), team: try row.name("team"), agent: try row.name("agent"),
      runtime: try row.word("runtime"), title: try row.text("title"), desired: try row.word("desired"),
      generation: Generation.bounded(try row.int("generation")), state: try row.word("state"),
      stateReason: try row.text("state_reason"), stateSince: try row.time("state_since"), now: try row.text("now"),
      events: try row.int("events"), turns: try row.amount("turns"),
      tokens: TokenUsage(
        input: try row.amount("tokens_input"), output: try row.amount("tokens_output"),
        cacheRead: try row.amount("tokens_cache_read"), cacheWrite: try row.amount("tokens_cache_write")),
      cost: try row.amount("cost_micro"), createdAt: try row.time("created_at"),
      lastEventAt: try row.optionalTime("last_event_at"),
      runtimeSessionID: try row.optionalText("runtime_session_id"), foreign: try foreignMark(row),
      keptFrom: try row.int("kept_from"))
  }

  /// For lists: one that cannot be read stands there by its id, with the reason, and as over: nothing can be done to it.
  static func readMarked(_ row: PostgresRow) throws -> Session {
    do { return try read(row) } catch {
      let unreadable = Relation.session.unreadable(row, error)
      let id = try row.sessionID("id")
      UnreadableRows.note(unreadable)
      return marked(id, row, unreadable.reason)
    }
  }

  private static func marked(_ id: SessionID, _ row: PostgresRow, _ reason: String) -> Session {
    let created = (try? row.time("created_at")) ?? .now()
    var session = Session(
      id: id, team: (try? row.name("team")) ?? .unreadable, agent: (try? row.name("agent")) ?? .unreadable,
      runtime: (try? row.word("runtime")) ?? .other, title: (try? row.text("title")) ?? "", desired: .killed,
      generation: 0, state: .failed, stateReason: SessionReason.unreadable.told(reason),
      stateSince: (try? row.time("state_since")) ?? created, createdAt: created)
    session.events = (try? row.int("events")).map { max(0, $0) } ?? 0
    session.unreadable = reason
    return session
  }

  private static func foreignMark(_ row: PostgresRow) throws -> ForeignMark? {
    guard try row.optionalText("foreign_sandbox") != nil else { return nil }
    return ForeignMark(json: try row.object("foreign_sandbox"))
  }

  static let agentColumns = """
    a.team AS agent_team, a.name AS agent_name, a.spec, a.revision, a.created_at AS agent_created_at, \
    a.updated_at AS agent_updated_at
    """

  static func readAgent(_ row: PostgresRow) throws -> Agent {
    Agent(
      team: try row.name("agent_team"), name: try row.name("agent_name"), spec: try AgentSpec(json: row.object("spec")),
      revision: Generation.bounded(try row.int("revision")), createdAt: try row.time("agent_created_at"),
      updatedAt: try row.time("agent_updated_at"))
  }
}

extension PostgresRow {
  /// Within the bounds that all times have, whatever is stored.
  func time(_ column: String) throws -> Timestamp { Timestamp(microseconds: try timestamp(column)).storable }

  func optionalTime(_ column: String) throws -> Timestamp? {
    try optionalTimestamp(column).map { Timestamp(microseconds: $0).storable }
  }

  /// A total; the nearest within its bounds of what a former version stored.
  func amount<Unit>(_ column: String) throws -> Amount<Unit> { Amount(steps: try int(column)) }

  func name(_ column: String) throws -> ResourceName { try ResourceName(text(column), of: column) }

  func sessionID(_ column: String) throws -> SessionID {
    let text = try uuid(column)
    guard let id = SessionID(text) else { throw unreadable(column, text) }
    return id
  }

  func operationID(_ column: String) throws -> OperationID {
    let text = try uuid(column)
    guard let id = OperationID(text) else { throw unreadable(column, text) }
    return id
  }

  /// A word of a fixed set, such as a state.
  func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
    let text = try text(column)
    guard let word = Word(rawValue: text) else { throw unreadable(column, text) }
    return word
  }

  func object(_ column: String) throws -> JSONObject {
    let text = try text(column)
    guard let object = try? JSONValue(parsing: text).objectValue else { throw unreadable(column, text) }
    return object
  }

  private func unreadable(_ column: String, _ text: String) -> ControlFailure {
    ControlFailure(
      .malformed, "The database has '\(text.prefix(80))' in the column '\(column)', which this Paddock does not know.")
  }
}

extension PostgresValue {
  static func uuid(_ id: SessionID) -> PostgresValue { .uuid(id.text) }
  static func uuid(_ id: OperationID) -> PostgresValue { .uuid(id.text) }
  static func text(_ name: ResourceName) -> PostgresValue { .text(name.text) }
  static func time(_ time: Timestamp) -> PostgresValue { .timestamptz(microseconds: time.storable.microseconds) }
  /// What people and agents write.
  static func free(_ text: String) -> PostgresValue { .text(text.storable) }
  static func free(_ text: String?) -> PostgresValue { text.map { .text($0.storable) } ?? .null }
}
