import ConsoleConfig
package import ControlModel

/// Makes rows of transcript items: pure, and the only place that decides how an event looks.
package struct TranscriptTypesetter: Sendable {
  /// More lines of one text than this are cut, and the cut says how many and where the rest is.
  package static let maximumLines = 2000

  /// Columns for the text, without the time and the mark at the left.
  package let width: Int
  package let localTime: LocalTime
  /// Why nothing that is open will be answered, whatever the history says.
  package var ended: OpenEnds.Cause?

  package init(width: Int, localTime: LocalTime) {
    self.width = max(8, width)
    self.localTime = localTime
  }

  package func rows(of item: TranscriptItem, isOpen: Bool) -> [TranscriptRow] {
    var rows = lines(of: item, isOpen: isOpen) + disbelieved(in: item)
    if rows.isEmpty { rows = [[Span(" ", .text)]] }
    let time = localTime.timeOfDay(item.entry.event.time)
    let trailing = self.trailing(of: item)
    var made = rows.enumerated().map { index, spans in
      TranscriptRow(seq: item.seq, time: index == 0 ? time : nil, spans: spans, trailing: index == 0 ? trailing : [])
    }
    made[made.count - 1].awaitsAnswer = item.kind == .approvalRequest && item.decision == nil && cause(of: item) == nil
    return made
  }

  private func lines(of item: TranscriptItem, isOpen: Bool) -> [[Span]] {
    let event = item.entry.event
    switch item.kind {
    case .user: return labelled("you   ", .transcriptUser, text(event), .textBold)
    case .assistant: return labelled("", .transcriptAssistant, text(event), .transcriptAssistant)
    case .thinking: return thinking(event, isOpen: isOpen)
    case .toolCall, .toolResult: return tool(item, isOpen: isOpen)
    case .approvalRequest: return approval(item)
    case .approvalDecision: return labelled("answer  ", .transcriptLifecycle, text(event), .transcriptLifecycle)
    case .result: return [endOfTurn(event)]
    case .error: return labelled("✗ ", .transcriptError, text(event), .transcriptError)
    case .output: return labelled("│ ", .transcriptLifecycle, text(event), .transcriptOutput)
    case .lifecycle: return lifecycle(event)
    }
  }

  /// What a record claims and nobody believes, so that a total without it does not look like a mistake.
  private func disbelieved(in item: TranscriptItem) -> [[Span]] {
    var disbelief = item.entry.event.content.disbelief
    if let result = item.result?.event { disbelief.note(result.content.disbelief) }
    guard !disbelief.isEmpty else { return [] }
    let words = "not believed: \(disbelief.claims.joined(separator: ", "))"
    return labelled("! ", .transcriptError, wrapped(firstLine(words), indentedBy: 2), .transcriptLifecycle)
  }

  // MARK: One kind each

  private func thinking(_ event: Event, isOpen: Bool) -> [[Span]] {
    let all = wrapped(event.text, indentedBy: 2)
    guard !isOpen, let head = all.first else { return labelled("▾ ", .transcriptThinking, all, .transcriptThinking) }
    let more: CleanText = all.count > 2 ? " … \(all.count - 1) more lines" : all.count > 1 ? " … 1 more line" : ""
    return [[Span("▸ ", .transcriptThinking), Span(head, .transcriptThinking), Span(more, .transcriptLifecycle)]]
  }

  private func tool(_ item: TranscriptItem, isOpen: Bool) -> [[Span]] {
    let event = item.entry.event
    let isLone = item.kind == .toolResult
    let name = CleanText(untrusted: event.content.name ?? (isLone ? "result" : "tool"))
    let nested: CleanText = event.content.parentCallID == nil ? "" : "↳ "
    let mark: CleanText = isOpen ? "▾ " : "▸ "
    let summary = CleanText(untrusted: firstLine(event.text))
    let head = [
      Span(nested + mark, .transcriptTool), Span(name, .transcriptTool), Span("  ", .text),
      Span(summary, .text),
    ]
    return isOpen ? [head] + body(of: item) : [head]
  }

  private func body(of item: TranscriptItem) -> [[Span]] {
    let event = item.entry.event
    var rows: [[Span]] = []
    if !item.entry.change.isEmpty {
      rows += item.entry.change.flatMap(changed)
    } else if event.text.contains(where: \.isNewline) || item.kind == .toolResult {
      rows += quoted(event.text, .text)
    }
    guard let result = item.result?.event else {
      let words = cause(of: item)?.sentence(isRequest: false) ?? "still running"
      return item.kind == .toolResult ? rows : rows + [[Span("  │ \(untrusted: words)", .transcriptLifecycle)]]
    }
    let role: Role = result.content.isError ? .transcriptError : .transcriptResult
    rows += quoted(result.text.isEmpty ? "(no output)" : result.text, role)
    return rows
  }

  private func changed(_ line: ChangedLine) -> [[Span]] {
    let (mark, role): (CleanText, Role) =
      switch line.side {
      case .added: ("+ ", .diffAdded)
      case .removed: ("- ", .diffRemoved)
      case .same: ("  ", .transcriptResult)
      }
    return wrapped(line.text, indentedBy: 6).map { [Span("  │ ", .transcriptLifecycle), Span(mark + $0, role)] }
  }

  private func quoted(_ text: String, _ role: Role) -> [[Span]] {
    let looksLikeDiff = text.hasPrefix("diff --git") || text.hasPrefix("--- ") || text.hasPrefix("@@ ")
    return wrapped(text, indentedBy: 4).map { line in
      [Span("  │ ", .transcriptLifecycle), Span(line, looksLikeDiff ? diffRole(line) : role)]
    }
  }

  private func diffRole(_ line: CleanText) -> Role {
    switch line.text.first {
    case "+": .diffAdded
    case "-": .diffRemoved
    case "@": .transcriptLifecycle
    default: .transcriptResult
    }
  }

  private func approval(_ item: TranscriptItem) -> [[Span]] {
    let event = item.entry.event
    let name = CleanText(untrusted: event.content.name ?? "tool")
    var rows = labelled("! may it?  \(name)  ", .stateApproval, text(event), .text)
    if let decision = item.decision?.event {
      let words = CleanText(untrusted: firstLine(decision.text.isEmpty ? "answered" : decision.text))
      rows.append([Span("  → \(words)", .transcriptLifecycle)])
    } else if let cause = cause(of: item) {
      rows.append([Span("  → \(untrusted: cause.sentence(isRequest: true))", .transcriptLifecycle)])
    } else {
      let call = CleanText(untrusted: event.content.callID ?? "")
      rows.append([Span("  → not answered yet · call \(call)", .stateApproval)])
    }
    return rows
  }

  private func endOfTurn(_ event: Event) -> [Span] {
    let wasInterrupted = event.content.detail["stopReason"]?.stringValue == "interrupted"
    var parts: [CleanText] = [event.content.isError ? "turn failed" : wasInterrupted ? "interrupted" : "end of turn"]
    if let duration = event.content.duration { parts.append(Quantity.duration(duration)) }
    if let usage = event.content.usage, usage.total > 0 { parts.append("\(Quantity.count(usage.total)) tokens") }
    if let cost = event.content.cost, cost > .zero { parts.append(Quantity.cost(cost)) }
    if event.content.isError { parts.append(CleanText(untrusted: firstLine(event.text))) }
    let words = parts.dropFirst().reduce(parts[0]) { $0 + " · " + $1 }
    return [Span("── \(words) ──", event.content.isError ? .transcriptError : .transcriptLifecycle)]
  }

  private func lifecycle(_ event: Event) -> [[Span]] {
    let name = CleanText(untrusted: (event.content.name ?? "").replacing(".", with: " "))
    let words = firstLine(event.text)
    let role: Role = event.content.isError ? .transcriptError : .transcriptLifecycle
    return labelled("· \(name)  ", role, words.isEmpty ? [] : wrapped(words, indentedBy: 0), role)
  }

  private func trailing(of item: TranscriptItem) -> [Span] {
    let result = item.kind == .toolResult ? item.entry.event : item.result?.event
    guard item.kind == .toolCall || item.kind == .toolResult else { return [] }
    guard let result else {
      return [cause(of: item) == nil ? Span(" …", .transcriptLifecycle) : Span(" ✗", .transcriptError)]
    }
    let mark = result.content.isError ? Span(" ✗", .transcriptError) : Span(" ✓", .stateFinished)
    return [mark, Span(" " + duration(of: item, result), .transcriptLifecycle)]
  }

  private func cause(of item: TranscriptItem) -> OpenEnds.Cause? { item.ended ?? ended }

  private func duration(of item: TranscriptItem, _ result: Event) -> CleanText {
    if let duration = result.content.duration { return Quantity.duration(duration) }
    guard item.kind == .toolCall else { return "" }
    let microseconds = result.time.microseconds - item.entry.event.time.microseconds
    return Quantity.duration(milliseconds: microseconds / 1000)
  }

  // MARK: Text

  private func text(_ event: Event) -> [CleanText] { wrapped(event.text, indentedBy: 0) }

  private func wrapped(_ text: String, indentedBy indent: Int) -> [CleanText] {
    var lines = CleanText.paragraphs(untrusted: text, width: width - indent, limit: Self.maximumLines + 1)
    if lines.count > Self.maximumLines {
      lines.removeLast()
      lines.append("… more than \(Self.maximumLines) lines; the raw record and the export have them all")
    }
    return lines
  }

  /// The label on the first line, the text beside it and below it with the same indent if the label is short.
  private func labelled(
    _ label: CleanText, _ labelRole: Role, _ lines: [CleanText], _ role: Role
  ) -> [[Span]] {
    let indent = min(label.width, 6)
    let fitting = lines.flatMap { $0.wrapped(to: max(8, width - label.width)) }
    let body = label.width <= 6 ? fitting : lines
    guard let first = body.first else { return [[Span(label, labelRole)]] }
    let rest = body.dropFirst().map { [Span(CleanText.spaces(indent), role), Span($0, role)] }
    return [[Span(label, labelRole), Span(first, role)]] + rest
  }

  private func firstLine(_ text: String) -> String {
    let line = text.prefix(4000).split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return String(line.drop(while: \.isWhitespace))
  }
}
