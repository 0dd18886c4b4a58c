import ConsoleConfig
import ControlModel
import TerminalCore

/// Where a sandbox is, how it is, and what happened to it.
package enum SandboxPane {
  package static func draw(_ view: SandboxView, _ state: ConsoleState, into canvas: inout Canvas) {
    let inner = canvas.frame(
      frame(canvas.surface.size), title: "Sandbox of “\(untrusted: view.title)” · ↑ ↓ scroll · esc close",
      border: .paneBorderFocused, ground: .dialog)
    let lines = lines(view, state, width: inner.columns)
    let top = min(view.top, max(0, lines.count - inner.rows))
    for (row, spans) in lines.dropFirst(top).prefix(inner.rows).enumerated() {
      let place = inner.row(row)
      canvas.write(spans, column: place.left, row: place.top, within: place, over: canvas.theme[.dialog])
    }
  }

  private static func frame(_ size: Size) -> Rect {
    Rect(size).inset(columns: size.columns >= 100 ? 6 : 0, rows: 1)
  }

  static func rows(_ size: Size) -> Int { max(1, frame(size).rows - 2) }
  static func columns(_ size: Size) -> Int { max(8, frame(size).columns - 4) }

  /// All lines, of which the screen shows some.
  static func lines(_ view: SandboxView, _ state: ConsoleState, width: Int) -> [[Span]] {
    switch view.content {
    case .loading: return [[Span("Loading…", .textDim)]]
    case .none:
      let words: CleanText =
        "No core has told anything of this sandbox yet: there is none, or it was made before cores told such things."
      return words.wrapped(to: width).map { [Span($0, .textDim)] }
    case .report(let stored):
      let report = stored.report
      var lines = facts(report, width)
      lines += [[], [Span("Conditions", .paneTitle)]]
      lines += report.conditions.flatMap { condition($0, state, width) }
      if report.engine != "local" {
        lines += [[], [Span("Cluster events, newest first", .paneTitle)]]
        lines += report.events.isEmpty ? [[Span("None are kept.", .textDim)]] : []
        lines += report.events.flatMap { event($0, report, state, width) }
      }
      let age = Quantity.age(state.now.seconds(since: stored.writtenAt))
      return lines + [[], [Span("As the core told it \(age) ago.", .textDim)]]
    }
  }

  private static func facts(_ report: SandboxReport, _ width: Int) -> [[Span]] {
    let isLocal = report.engine == "local"
    let facts: [(CleanText, String)] = [
      ("engine", report.engine), (isLocal ? "host" : "context", report.context), ("server", report.server),
      ("namespace", report.namespace), ("sandbox", report.sandbox), ("generation", "\(report.generation)"),
      ("pod", report.pod), ("node", isLocal ? "" : report.node), ("image", report.image), ("volume", report.volume),
      ("process", report.process == 0 ? "" : "\(report.process)"), ("log", report.log),
    ]
    return facts.filter { !$0.1.isEmpty }.flatMap { name, value in
      hanging([Span(name + .spaces(12 - name.width), .textDim)], CleanText(untrusted: value), .text, width)
    }
  }

  private static func condition(_ condition: Sandbox.Condition, _ state: ConsoleState, _ width: Int) -> [[Span]] {
    let age = Quantity.age(state.now.seconds(since: condition.since))
    let type = CleanText(untrusted: condition.type)
    let head = [
      Span(condition.isTrue ? "✓ " : "✗ ", condition.isTrue ? .text : .textBold),
      Span(type + .spaces(18 - type.width), .text), Span(.spaces(4 - age.width) + age + "  ", .textDim),
    ]
    // The engine puts the reason before a message of the cluster's.
    let isTold = condition.message.hasPrefix(condition.reason)
    let words = [isTold ? "" : condition.reason, condition.message].filter { !$0.isEmpty }.joined(separator: ": ")
    return hanging(head, CleanText(untrusted: words), .text, width)
  }

  private static func event(
    _ event: ClusterEvent, _ report: SandboxReport, _ state: ConsoleState, _ width: Int
  ) -> [[Span]] {
    let age = Quantity.age(state.now.seconds(since: event.time))
    let head = [
      Span(event.isWarning ? "! " : "  ", .textBold), Span(.spaces(4 - age.width) + age + "  ", .textDim),
      Span("\(untrusted: event.reason) ", event.isWarning ? .textBold : .text),
    ]
    let times = event.count > 1 ? " (×\(event.count.description))" : ""
    let about = event.object.hasPrefix("Sandbox/") ? "sandbox: " : ""
    return hanging(head, CleanText(untrusted: about + event.message + times), .text, width, indent: 8)
  }

  /// Text behind a head, its further lines below its beginning or at `indent`.
  private static func hanging(
    _ head: [Span], _ text: CleanText, _ role: Role, _ width: Int, indent: Int? = nil
  ) -> [[Span]] {
    let used = head.reduce(0) { $0 + $1.text.width }
    let left = indent ?? used
    // As if the head were the first word, so that the first line is as long as the others.
    let filler = CleanText(untrusted: String(repeating: "_", count: max(0, used - left)))
    let parts = (filler + text).wrapped(to: max(8, width - left))
    guard let first = parts.first else { return [head] }
    let beginning = CleanText(untrusted: String(first.text.dropFirst(filler.text.count)))
    return [head + [Span(beginning, role)]] + parts.dropFirst().map { [Span(.spaces(left), role), Span($0, role)] }
  }
}
