import ArgumentParser
import ControlModel

struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "For how long teams keep their events and operations, and what is kept whatever they say.",
    discussion: """
      A core removes what is past its term: a month of sessions at once when all of it is, and what lies beside sessions \
      that go on in small steps, at the latest a month later. Sessions and their totals stay. Of operations that are past \
      their term, 30 days at least, the audit keeps its links without their text, so that the rest of it is still checked.
      """,
    subcommands: [RetentionShow.self, RetentionSet.self, RetentionHold.self, RetentionRelease.self])
}

struct RetentionShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show terms and holds.")

  @Option(help: "Only this team's.") var team: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try team.map { try ResourceName($0, of: "team name") }
    let (terms, holds) = try await common.withStores { stores in
      (try await stores.history.retentions(of: team), try await stores.history.legalHolds(of: team))
    }
    let json: JSONValue = ["terms": .array(terms.map(\.json)), "holds": .array(holds.map(\.json))]
    Report.print(json, as: common.output) {
      var table = Table(columns: ["TEAM", "KEEPS EVENTS", "KEEPS OPERATIONS"])
      for term in terms {
        table.add(term.team.text, Retention.shown(term.eventDays), Retention.shown(term.operationDays))
      }
      var held = Table(columns: ["HOLD", "TEAM", "SESSION", "BY", "SINCE", "REASON"])
      for hold in holds {
        held.add(
          "\(hold.id)", hold.team.text, hold.session?.text ?? "all", hold.heldBy, hold.heldAt.description, hold.reason)
      }
      return (terms.isEmpty ? "Every team keeps its events and operations for ever.\n" : table.text)
        + (holds.isEmpty ? "" : held.text)
    }
  }
}

struct RetentionSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set for how long a team keeps its events and its operations.",
    discussion: """
      What is not named stays as it is. A session's term runs from its last event. That of one that was imported runs \
      from the end of the month of its import, however old its events are. An operation's term runs from its end.
      """)

  @Option(help: "The team.") var team: String
  @Option(help: "Of events: 90d, 12w, 2y or forever.") var events: String?
  @Option(help: "Of operations, 30d at least: 90d, 12w, 2y or forever.") var operations: String?
  @Flag(name: .customLong("dry-run"), help: "Say what would go, and when, and change nothing.") var isDryRun = false
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    guard events != nil || operations != nil else {
      throw ControlFailure(.invalidArgument, "No term is given.", hint: "Say --events 90d, --operations 2y or both.")
    }
    let team = try ResourceName(team, of: "team name")
    let (eventDays, operationDays) = (try events.map(Retention.days), try operations.map(Retention.days))
    let (retention, preview) = try await common.withStores { stores -> (Retention, RetentionPreview) in
      var retention = try await stores.history.retentions(of: team).first ?? Retention(team: team)
      if let eventDays { retention.eventDays = eventDays }
      if let operationDays { retention.operationDays = operationDays }
      let preview = try await stores.history.previewRetention(retention)
      if isDryRun { return (retention, preview) }
      if preview.takesAnything { try consent.obtain("For good, of team '\(team)': \(preview.summary). Remove?") }
      try await stores.history.setRetention(retention, actor: stores.actor, reason: consent.reason)
      return (retention, preview)
    }
    var json = retention.json.objectValue ?? [:]
    json["dryRun"] = .bool(isDryRun)
    json["pastTerm"] = [
      "events": JSONValue(preview.events), "sessions": JSONValue(preview.sessions),
      "laterEvents": JSONValue(preview.laterEvents), "heldSessions": JSONValue(preview.held),
      "operations": JSONValue(preview.operations),
    ]
    Report.print(.object(json), as: common.output) {
      let kept =
        "its events \(Retention.shown(retention.eventDays)), its operations \(Retention.shown(retention.operationDays))"
      return "Team \(retention.team) \(isDryRun ? "would keep" : "keeps") \(kept): \(preview.summary); "
        + "\(counted(preview.held, "session")) \(preview.held == 1 ? "is" : "are") held.\n"
    }
  }
}

struct RetentionHold: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Keep what a team or a session has, whatever its term and whoever purges it.")

  @Option(help: "The team.") var team: String
  @Option(help: "One session of it; all that it has and will have without this.") var session: String?
  @Option(help: "Why; kept with the hold.", transform: ReasonText.read) var reason: String
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try ResourceName(team, of: "team name")
    let id = try await common.withStores { stores in
      var session: SessionID?
      if let named = self.session { session = try await stores.session(named: named).id }
      return try await stores.history.hold(session, of: team, actor: stores.actor, reason: reason)
    }
    Report.print(["hold": JSONValue(id)], as: common.output) { "Hold \(id) lasts until it is released.\n" }
  }
}

struct RetentionRelease: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "release", abstract: "End a hold.")

  @Argument(help: "Its number: see `paddock retention show`.") var hold: Int64
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard hold > 0 else { throw ValidationError("HOLD must be the number of a hold, from 1 on.") }
  }

  func run() async throws {
    try await common.withStores { stores in
      try consent.obtain("Release hold \(hold)? What is past its term then goes.")
      try await stores.history.releaseHold(hold, actor: stores.actor, reason: consent.reason ?? "")
    }
    Report.print(["released": JSONValue(hold)], as: common.output) { "Hold \(hold) is released.\n" }
  }
}

private func counted(_ number: Int64, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

extension Retention {
  fileprivate static func shown(_ days: Int?) -> String { days.map { "for \(counted($0))" } ?? "for ever" }

  fileprivate var json: JSONValue {
    [
      "team": .string(team.text), "eventDays": eventDays.map { JSONValue($0) } ?? .null,
      "operationDays": operationDays.map { JSONValue($0) } ?? .null,
    ]
  }
}

extension RetentionPreview {
  fileprivate var takesAnything: Bool { events > 0 || laterEvents > 0 || operations > 0 }

  fileprivate var summary: String {
    "\(counted(events, "event")) of \(counted(sessions, "session")) and \(counted(operations, "operation")) go at once, "
      + "\(counted(laterEvents, "event")) within 31 days"
  }
}

extension LegalHold {
  fileprivate var json: JSONValue {
    [
      "id": JSONValue(id), "team": .string(team.text), "session": session.map { .string($0.text) } ?? .null,
      "by": .string(heldBy), "since": .string(heldAt.description), "reason": .string(reason),
    ]
  }
}
