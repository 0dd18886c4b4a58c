import ControlModel
import Synchronization

/// Stores for tests of the console alone; it can be told to fail.
final class MemoryStore: TeamStore, SessionStore, OperationStore, SecretStore {
  struct Content {
    var sessions = Fixture.sessions
    var events = [Fixture.id(2): Fixture.events]
    var operations: [Operation] = []
    var failure: ControlFailure?
    var listings = 0
    var running = 0
    var mostRunning = 0
  }

  let content = Mutex(Content())

  private func read<Value: Sendable>(_ body: (inout Content) -> Value) throws(ControlFailure) -> Value {
    let (value, failure) = content.withLock { (body(&$0), $0.failure) }
    if let failure { throw failure }
    return value
  }

  func teams() async throws(ControlFailure) -> [Team] { try read { _ in Fixture.teams } }
  func agents(of team: ResourceName?) async throws(ControlFailure) -> [Agent] { try read { _ in Fixture.agents } }
  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] { try read { _ in Fixture.secrets } }

  func sessions(of team: ResourceName?) async throws(ControlFailure) -> [Session] {
    content.withLock {
      $0.listings += 1
      $0.running += 1
      $0.mostRunning = max($0.mostRunning, $0.running)
    }
    await Task.yield()
    return try read {
      $0.running -= 1
      return $0.sessions
    }
  }

  func session(_ id: SessionID) async throws(ControlFailure) -> Session {
    guard let session = try read({ $0.sessions.first { $0.id == id } }) else {
      throw ControlFailure(.notFound, "There is no session \(id).")
    }
    return session
  }

  func sessions(_ ids: Set<SessionID>) async throws(ControlFailure) -> [Session] {
    try read { content in content.sessions.filter { ids.contains($0.id) && $0.desired != .purged } }
  }

  func usage(since: Timestamp) async throws(ControlFailure) -> Usage {
    try read { content in
      Usage(cost: content.sessions.filter { $0.desired != .archived }.reduce(USD.zero) { $0 + $1.cost })
    }
  }

  func events(of session: SessionID, _ window: EventWindow, limit: Int) async throws(ControlFailure) -> [Event] {
    try read { Operator.select($0.events[session] ?? [], window, limit) }
  }

  func nextEvent(
    of session: SessionID, from seq: Int64, direction: SearchDirection, matching: EventMatch
  ) async throws(ControlFailure) -> Int64? { nil }

  func search(_ query: SearchQuery) async throws(ControlFailure) -> [SearchHit] { [] }
  func pendingApprovals(of session: SessionID) async throws(ControlFailure) -> [Event] { [] }

  func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session {
    try read { content in
      let session = Session(
        id: request.id, team: request.team, agent: request.agent, runtime: .claudeCode, title: request.title,
        desired: .running, generation: 1, state: .starting, stateReason: "", stateSince: Fixture.now,
        createdAt: Fixture.now)
      content.sessions.append(session)
      return session
    }
  }

  func submit(_ operation: Operation) async throws(ControlFailure) {
    let refusal = try read { content -> ControlFailure? in
      let session = content.sessions.first { $0.id == operation.session }
      // It keeps no projections: which calls are open is not known here.
      let refusal = session.flatMap { SessionRule.refusal(of: operation.kind, on: $0, asksForDecision: true) }
      if refusal == nil { content.operations.append(operation) }
      return refusal.map { ControlFailure(.refused, "The session \($0.state).", hint: $0.hint) }
    }
    if let refusal { throw refusal }
  }

  func operation(_ id: OperationID) async throws(ControlFailure) -> Operation {
    throw ControlFailure(.notFound, "There is no operation \(id).")
  }

  func operations(
    of session: SessionID?, team: ResourceName?, limit: Int
  ) async throws(ControlFailure) -> [Operation] { try read { $0.operations } }

  // The console does none of these.
  private var notHere: ControlFailure { ControlFailure(.unsupported, "The console does not do this.") }
  func createTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team { throw notHere }
  func changeTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team { throw notHere }
  func deleteTeam(_ name: ResourceName, actor: String, reason: String?) async throws(ControlFailure) { throw notHere }
  func agent(_ name: ResourceName, of team: ResourceName) async throws(ControlFailure) -> Agent { throw notHere }
  func applyAgent(
    _ name: ResourceName, of team: ResourceName, spec: AgentSpec, actor: String
  ) async throws(ControlFailure) -> Agent { throw notHere }
  func deleteAgent(
    _ name: ResourceName, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) { throw notHere }
  func setSecret(
    _ name: String, of team: ResourceName, value: SecretValue, actor: String
  ) async throws(ControlFailure) { throw notHere }
  func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure) { throw notHere }
  func deleteSecret(_ name: String, of team: ResourceName, actor: String, reason: String?) async throws(ControlFailure)
  {
    throw notHere
  }
}
