import ConsoleConfig
import ControlModel
package import TerminalCore

/// Name, store, core; how many sessions need what; cost; clock.
package enum HeaderPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    canvas.fill(rect, .header)
    let base = canvas.theme[.header]
    let clock: [Span] = [Span("  \(state.localTime.hourAndMinute(state.now)) ", .header)]
    let cost: [Span] = [Span("   \(Quantity.cost(state.spending.today)) today", .header)]
    let isNarrow = rect.columns < 100
    let counts = headcounts(state, isNarrow: isNarrow)
    let room = rect.columns - width(counts + clock) - 2
    let forms = DiskForm.allCases.lazy.map { left(state, isNarrow: isNarrow, $0) }
    let title = forms.first { width($0) <= room } ?? left(state, isNarrow: isNarrow, .brief)
    var used = canvas.write(title, column: rect.left, row: rect.top, within: rect, over: base)
    used += 2
    var right = clock
    // What does not fit is left out, the least needed first.
    if used + width(counts + cost + clock) <= rect.columns {
      right = counts + cost + clock
    } else if used + width(counts + clock) <= rect.columns {
      right = counts + clock
    }
    canvas.write(right, column: rect.right - width(right), row: rect.top, within: rect, over: base)
  }

  private static func width(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.width } }

  /// How a full disk is told beside the rest, the longest first: who fills it comes before what is well.
  private enum DiskForm: CaseIterable {
    case whole, short, alone, brief
  }

  private static func left(_ state: ConsoleState, isNarrow: Bool, _ form: DiskForm) -> [Span] {
    var spans = [Span(" paddock", .textBold), Span("  \(state.storeName.truncated(to: 24))", .header)]
    let core: [Span] =
      state.coreHolder != nil
      ? [Span(" · core ●", .header)] : state.isCoreKnown ? [Span(" · core ○ none", .headerAlarm)] : []
    spans += disk(state, form)
    switch state.connection {
    case .connecting: spans += [Span(" · connecting…", .headerAlarm)]
    case .connected where form == .alone && state.disk != nil && state.coreHolder != nil: break
    case .connected(let latency):
      spans += core + [Span(" · pg ● \(latency) ms", .header)] + engine(state, isNarrow: isNarrow)
    case .lost(_, let next, let since):
      let wait = max(0, Int64(next.seconds(since: state.now).rounded(.up)))
      let age = Quantity.age(state.now.seconds(since: since))
      let detail: CleanText = isNarrow ? "next try \(wait)s" : "screen is \(age) old, next try in \(wait)s"
      spans += [Span(" · ✗ store lost: \(detail)", .headerAlarm)]
      if let advice = state.storeAdvice { spans += [Span(" · \(advice)", .headerAlarm)] }
    }
    return spans
  }

  /// Nothing for sandboxes on the core's own machine, which is always there.
  private static func engine(_ state: ConsoleState, isNarrow: Bool) -> [Span] {
    guard let engine = state.engine, engine.engine != "local" else { return [] }
    let name = CleanText(untrusted: engine.context).truncated(to: isNarrow ? 12 : 24)
    guard let trouble = engine.trouble else { return [Span(" · \(name) ●", .header)] }
    let age = Quantity.age(state.now.seconds(since: engine.since))
    if isNarrow { return [Span(" · ✗ \(name) \(age)", .headerAlarm)] }
    // In its own words: one that refuses is not one that cannot be reached.
    let words = CleanText(untrusted: trouble).truncated(to: 72)
    return [Span(" · ✗ \(name) for \(age): \(words)", .headerAlarm)]
  }

  /// Before all that may be cut off: who reads it has minutes.
  private static func disk(_ state: ConsoleState, _ form: DiskForm) -> [Span] {
    guard let disk = state.disk else { return [] }
    let free = CleanText(untrusted: disk.status.lacksFiles ? "no files" : disk.status.free.description)
    var text: CleanText = form == .whole ? " · ✗ \(disk.word): \(free) left" : " · ✗ disk \(free)"
    if form != .brief, let use = disk.uses.first {
      let title = CleanText(untrusted: state.list[use.session]?.title ?? String(use.session.text.suffix(8)))
      text = "\(text), \(untrusted: use.team.text)/\(title.truncated(to: 20))"
      if form == .whole { text = "\(text) takes \(CleanText(untrusted: use.total.description))" }
    }
    let age = state.now.seconds(since: disk.seenAt)
    if form == .whole, age > KnownDisk.fresh { text = "\(text) (\(Quantity.age(age)) ago)" }
    return [Span(text, .headerAlarm)]
  }

  private static func headcounts(_ state: ConsoleState, isNarrow: Bool) -> [Span] {
    guard state.list.isLoaded else { return [] }
    func count(_ what: Headcount) -> Int { state.totals.headcounts[what] ?? 0 }
    let unknown = count(.unknown)
    if isNarrow {
      let rest = unknown > 0 ? [Span(" …\(unknown)", .headerAlarm)] : []
      return [
        Span("!\(count(.needsYou))", count(.needsYou) > 0 ? .headerAlarm : .header),
        Span(" ●\(count(.working)) ○\(count(.idle)) ", .header),
        Span("✗\(count(.failed))", count(.failed) > 0 ? .headerAlarm : .header),
      ] + rest
    }
    let rest = unknown > 0 ? [Span("   \(unknown) not known", .headerAlarm)] : []
    return [
      Span("\(count(.needsYou)) need you", count(.needsYou) > 0 ? .headerAlarm : .header),
      Span("   \(count(.working)) working   \(count(.idle)) idle   ", .header),
      Span("\(count(.failed)) failed", count(.failed) > 0 ? .headerAlarm : .header),
    ] + rest
  }
}
