package import ControlModel

/// What lies over the panes and takes the keys; at most one at a time.
package enum Overlay: Sendable {
  case help(HelpView)
  case confirmation(Confirmation)
  case composer(Composer)
  case start(StartForm)
  case prompt(Prompt)
  case filter(LineEditor, before: String)
  case search(LineEditor, before: String, from: Int64)
  case record(RecordView)
  case hits(SearchView)
  case sandbox(SandboxView)
  case opening(TerminalRequest)
  case log(LogView)
}

package struct HelpView: Sendable, Hashable {
  package var top = 0

  package init() {}
}

/// A message being written to one session; it stays that session's whatever the selection does.
package struct Composer: Sendable, Hashable {
  package let session: SessionID
  package let team: ResourceName
  package let title: String
  package var text: LineEditor

  package init(_ session: Session, draft: String) {
    self.session = session.id
    team = session.team
    title = session.title
    text = LineEditor(draft)
  }
}

/// What a new session needs to be told.
package struct StartForm: Sendable, Hashable {
  package enum Field: Int, Sendable, Hashable, CaseIterable {
    case agent, title, message, cancel, start
  }

  package let agents: [Agent]
  package var chosen = 0
  package var title = LineEditor()
  package var message = LineEditor()
  package var focus = Field.agent

  /// `agents` has at least one.
  package init(agents: [Agent]) { self.agents = agents }

  package var agent: Agent { agents[min(chosen, agents.count - 1)] }

  package mutating func moveFocus(by distance: Int) {
    let count = Field.allCases.count
    focus = Field(rawValue: (focus.rawValue + distance + count) % count) ?? .agent
  }

  package mutating func insert(_ text: String) {
    switch focus {
    case .title: title.insert(text)
    case .message: message.insert(text)
    case .agent, .cancel, .start: break
    }
  }

  package var draft: SessionDraft {
    let words = message.text.trimmingSpaces
    let name = title.text.trimmingSpaces
    let firstLine = words.split(whereSeparator: \.isNewline).first.map { String($0.prefix(60)) }
    return SessionDraft(
      team: agent.team, agent: agent.name, title: name.isEmpty ? firstLine ?? agent.name.text : name,
      message: words.isEmpty ? nil : words)
  }
}

/// The runtime's own record of one event.
package struct RecordView: Sendable, Hashable {
  package let session: SessionID
  package let seq: Int64
  /// `nil` while it is loaded.
  package var lines: [CleanText]?
  package var top = 0

  package init(session: SessionID, seq: Int64) {
    self.session = session
    self.seq = seq
  }

  package mutating func take(_ event: Event?) {
    guard let event else {
      lines = ["There is no such event any more."]
      return
    }
    guard !event.content.raw.isEmpty else {
      lines = ["Paddock made this event itself: there is no record of the runtime.", ""] + Self.pretty(event)
      return
    }
    lines = Self.pretty(event.content.raw)
  }

  private static func pretty(_ event: Event) -> [CleanText] { pretty(EventLine.encode(stored: event)) }

  private static func pretty(_ bytes: [UInt8]) -> [CleanText] {
    guard let value = try? JSONValue(parsing: bytes) else {
      return CleanText.paragraphs(untrusted: String(decoding: bytes, as: UTF8.self), width: 100, limit: 5000)
    }
    return JSONOutline.lines(of: value).map { CleanText(untrusted: $0) }
  }
}

/// JSON with one member a line, for people.
enum JSONOutline {
  static func lines(of value: JSONValue) -> [String] {
    var lines: [String] = []
    write(value, indent: "", prefix: "", suffix: "", into: &lines)
    return lines
  }

  private static func write(
    _ value: JSONValue, indent: String, prefix: String, suffix: String, into lines: inout [String]
  ) {
    switch value {
    case .object(let object) where !object.members.isEmpty:
      lines.append("\(indent)\(prefix){")
      for (index, member) in object.members.enumerated() {
        let name = JSONValue.string(member.name).text
        let comma = index + 1 < object.members.count ? "," : ""
        write(member.value, indent: indent + "  ", prefix: "\(name): ", suffix: comma, into: &lines)
      }
      lines.append("\(indent)}\(suffix)")
    case .array(let values) where !values.isEmpty:
      lines.append("\(indent)\(prefix)[")
      for (index, element) in values.enumerated() {
        let comma = index + 1 < values.count ? "," : ""
        write(element, indent: indent + "  ", prefix: "", suffix: comma, into: &lines)
      }
      lines.append("\(indent)]\(suffix)")
    default: lines.append("\(indent)\(prefix)\(value.text)\(suffix)")
    }
  }
}
