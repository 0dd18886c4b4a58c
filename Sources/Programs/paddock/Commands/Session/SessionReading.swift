import ArgumentParser
import ControlModel

struct SessionList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List sessions: those that need somebody first.")

  @Option(help: "Only this team's.") var team: String?
  @Option(help: "Only those on this node of a cluster, with what a drain of it would do to each.") var node: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try team.map { try ResourceName($0, of: "team name") }
    if let node { return try await list(of: node, team) }
    let sessions = try await common.withStores { try await $0.history.sessions(of: team) }
    Report.print(.array(sessions.map(\.json)), as: common.output) {
      var table = Table(columns: [
        "ID", "STATE", "TEAM", "AGENT", "TITLE", "EVENTS", "TURNS", "TOKENS", "COST", "NOW", "REASON",
      ])
      for session in sessions {
        table.add(
          session.id.text, session.state.rawValue, session.team.text, session.agent.text,
          (session.foreign == nil ? "" : "◇ ") + String(session.title.prefix(32)), String(session.events),
          session.turns.description,
          session.tokens.total.description, session.cost.description, String(session.now.prefix(48)),
          String(session.stateReason.prefix(120)))
      }
      return table.text
    }
  }
}

extension SessionList {
  private func list(of node: String, _ team: ResourceName?) async throws {
    let (sessions, nodes) = try await common.withStores { stores -> ([Session], [SessionID: String]) in
      (try await stores.history.sessions(of: team), try await stores.history.nodes())
    }
    let now = Timestamp.now()
    let there = sessions.filter { nodes[$0.id] == node && $0.state != .suspended }
      .map { (session: $0, drain: DrainOutlook($0, at: now).sentence) }
    let json = there.map { session, drain -> JSONValue in
      var json = session.json.objectValue ?? [:]
      json["node"] = .string(node)
      json["drain"] = .string(drain)
      return .object(json)
    }
    Report.print(.array(json), as: common.output) {
      var table = Table(columns: ["ID", "STATE", "TEAM", "AGENT", "TITLE", "DRAIN"])
      for (session, drain) in there {
        table.add(
          session.id.text, session.state.rawValue, session.team.text, session.agent.text,
          String(session.title.prefix(32)), drain)
      }
      return table.text
    }
  }
}

struct SessionShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one session, what it waits for, and what was done to it.")

  @Argument(help: "The session's id, or enough of its beginning.") var session: String
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = session
    let (session, approvals, operations) = try await common.withStores {
      stores -> (Session, [Event], [Operation]) in
      let session = try await stores.session(named: name)
      return (
        session, try await stores.history.pendingApprovals(of: session.id),
        try await stores.history.operations(of: session.id, team: nil, limit: 20)
      )
    }
    var json = session.json.objectValue ?? [:]
    json["pendingApprovals"] = .array(
      approvals.map {
        ["callID": .string($0.content.callID ?? ""), "tool": .string($0.content.name ?? ""), "text": .string($0.text)]
      })
    json["operations"] = .array(operations.map(\.json))
    Report.print(.object(json), as: common.output) {
      var table = Table(columns: ["FIELD", "VALUE"])
      for member in session.json.objectValue?.members ?? [] {
        table.add(member.name, member.value.stringValue ?? member.value.text)
      }
      if let gone = session.goneByTerm { table.add("gone", gone) }
      for approval in approvals {
        table.add("approval \(approval.content.callID ?? "")", "\(approval.content.name ?? ""): \(approval.text)")
      }
      for operation in operations {
        table.add(
          operation.requestedAt.description,
          "\(operation.kind.rawValue) by \(operation.actor)\(reason(of: operation)): "
            + (operation.json["outcome"]?.stringValue ?? ""))
      }
      return table.text
    }
  }
}

private func reason(of operation: Operation) -> String {
  operation.reason.map { " (\($0))" } ?? ""
}

struct SessionEvents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Print a session's events in order.")

  @Argument(help: "The session's id, or enough of its beginning.") var session: String
  @Option(help: "Only events behind this number.") var after: Int64 = 0
  @Flag(help: "Go on as they come, until interrupted.") var follow = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard after >= 0 else { throw ValidationError("--after must be the number of an event, or 0.") }
  }

  /// Events of one read: enough to be fast, few enough to keep memory flat.
  private static let page = 2_000

  func run() async throws {
    try await common.withStores { stores in
      let session = try await stores.session(named: session)
      // On standard error: what is printed are events alone.
      if let gone = session.goneByTerm, after < session.keptFrom - 1 {
        StandardError.say("paddock: \(SafeText.line(gone)).")
      }
      var last = after
      let changes = follow ? stores.history.wakeUps() : nil
      try await printNew(of: session, from: stores, last: &last)
      guard let changes else { return }
      for await change in changes {
        if case .sessions(let ids) = change, !ids.isEmpty, !ids.contains(session.id) { continue }
        try await printNew(of: session, from: stores, last: &last)
      }
    }
  }

  private func printNew(of session: Session, from stores: Stores, last: inout Int64) async throws {
    var all: [Event] = []
    while true {
      let events = try await stores.history.events(of: session.id, .after(last), limit: Self.page)
      if let newest = events.last { last = newest.seq }
      // A JSON array is one value: it can only be printed whole.
      if common.output == .json && !follow {
        all += events
      } else if !events.isEmpty {
        Report.print(events, as: common.output)
      }
      if events.count < Self.page { break }
    }
    if common.output == .json && !follow { Report.print(all, as: .json) }
  }
}
