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
      state.isCoreSilent
      ? [alarm(.silentCore)]
      : state.coreHolder != nil ? [Span(" · core ●", .header)] : state.isCoreKnown ? [alarm(.noCore)] : []
    spans += disk(state, form)
    switch state.connection {
    case .connecting: spans += [alarm(.connecting)]
    case .connected where form == .alone && state.disk != nil && state.coreHolder != nil && !state.isCoreSilent: break
    case .connected(let latency):
      spans += core + [Span(" · pg ● \(latency) ms", .header)] + engine(state, isNarrow: isNarrow)
    case .lost(_, let next, let since):
      let wait = max(0, Int64(next.seconds(since: state.now).rounded(.up))).description
      let age = Quantity.age(state.now.seconds(since: since)).text
      spans += [isNarrow ? alarm(.storeLostShort, wait) : alarm(.storeLost, age, wait)]
      if let advice = state.storeAdvice { spans += [Span(" · \(advice)", .headerAlarm)] }
    }
    return spans
  }

  private static func alarm(_ words: HeaderAlarm, _ parts: String...) -> Span {
    Span(" · \(untrusted: words.told(parts))", .headerAlarm)
  }

  /// Nothing for sandboxes on the core's own machine, which is always there.
  private static func engine(_ state: ConsoleState, isNarrow: Bool) -> [Span] {
    guard let engine = state.engine, engine.engine != "local" else { return [] }
    let name = CleanText(untrusted: engine.context).truncated(to: isNarrow ? 12 : 24)
    guard let trouble = engine.trouble else { return [Span(" · \(name) ●", .header)] }
    let age = Quantity.age(state.now.seconds(since: engine.since)).text
    if isNarrow { return [alarm(.engineShort, name.text, age)] }
    // In its own words: one that refuses is not one that cannot be reached.
    return [alarm(.engine, name.text, age, CleanText(untrusted: trouble).truncated(to: 72).text)]
  }

  /// Before all that may be cut off: who reads it has minutes.
  private static func disk(_ state: ConsoleState, _ form: DiskForm) -> [Span] {
    guard let disk = state.disk, let words = disk.status.level.alarm else { return [] }
    let free = disk.status.lacksFiles ? "no files" : disk.status.free.description
    var text = alarm(form == .whole ? words : .diskShort, free).text
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
    func alarm(_ words: HeaderAlarm, _ number: Int) -> Span {
      Span(CleanText(untrusted: words.told("\(number)")), number > 0 ? .headerAlarm : .header)
    }
    let unknown = count(.unknown)
    if isNarrow {
      let glyph = SessionState.unknown.glyph.text
      let words = CleanText(untrusted: HeaderAlarm.notKnownShort.told(glyph, "\(unknown)"))
      let rest = unknown > 0 ? [Span(" ", .header), Span(words, .headerAlarm)] : []
      return [
        alarm(.needsYouShort, count(.needsYou)), Span(" ●\(count(.working)) ○\(count(.idle)) ", .header),
        alarm(.failedShort, count(.failed)),
      ] + rest
    }
    let rest = unknown > 0 ? [Span("   ", .header), alarm(.notKnown, unknown)] : []
    return [
      alarm(.needsYou, count(.needsYou)),
      Span("   \(count(.working)) working   \(count(.idle)) idle   ", .header), alarm(.failed, count(.failed)),
    ] + rest
  }
}
