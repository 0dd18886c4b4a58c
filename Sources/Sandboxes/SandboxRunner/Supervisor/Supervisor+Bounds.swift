import AgentRuntimes
package import ControlModel
import Dispatch

/// An agent that writes faster than its journal may grow is read more slowly, so that it has to wait; one whose journal is
/// full is paused.
extension Supervisor {
  /// Between two looks whether an agent has calmed down, and the longest time for which it is not read at all: bounds may
  /// be raised meanwhile.
  private static let longestWait = 5.0

  /// They hold from now on, whatever the session was started with.
  package func limit(_ bounds: JournalBounds, because reason: String?) {
    if (reason == nil) != (boundsReason == nil) { isSlowingTold = false }
    boundsReason = reason
    let former = meter.bounds
    meter.setBounds(bounds, at: Self.now)
    waitID += 1
    isHeldBack = false
    // Its text names what the journal has by now: told only when the bounds in all are others.
    let isOther = (meter.bounds.events, meter.bounds.bytes) != (former.events, former.bytes)
    if pauses[.journal] != nil, isOther { pause(for: .journal, because: meter.excess) }
    heedBounds()
    regulateOutput()
  }

  /// After everything that was appended, and whenever bounds change. An agent that is being ended may not write faster
  /// than before.
  func heedBounds() {
    let excess = meter.excess
    if (excess == nil) != (pauses[.journal] == nil) { pause(for: .journal, because: excess) }
    let wait = meter.wait(at: Self.now)
    guard wait > 0, !isHeldBack else { return }
    isHeldBack = true
    waitID += 1
    let id = waitID
    after(min(wait, Self.longestWait)) { if $0.waitID == id { $0.endWait() } }
    tellSlowing()
    regulateOutput()
  }

  private func endWait() {
    isHeldBack = false
    heedBounds()
    regulateOutput()
  }

  /// Once for all the waits in a row, as long as the reason is the same.
  private func tellSlowing() {
    guard phase == .running, !isSlowed || !isSlowingTold else { return }
    if !isSlowed { lookForCalm() }
    (isSlowed, isSlowingTold) = (true, true)
    let rate = meter.exceededRate(at: Self.now)
    let text = "The agent is slowed down: it writes more than \(rate)\(boundsReason.map { ", \($0)" } ?? "")"
    enqueue([.emit(EventDraft(.lifecycle, text, name: "runner.slowed", detail: ["bound": .string(rate)]))])
  }

  private func lookForCalm() {
    after(Self.longestWait) { supervisor in
      guard supervisor.isSlowed, supervisor.phase == .running else { return }
      guard supervisor.meter.isCalm(at: Self.now) else { return supervisor.lookForCalm() }
      supervisor.isSlowed = false
      supervisor.enqueue([.emit(EventDraft(.lifecycle, "The agent is no longer slowed down", name: "runner.unslowed"))])
    }
  }

  /// What comes after the end of a full journal: an agent that is being ended, or has ended, leaves it in its pipes.
  func leavesOut(_ length: Int) -> Bool {
    guard meter.excess != nil else { return false }
    leftOut.lines += 1
    leftOut.bytes += length
    return true
  }

  func tellLeftOut() {
    guard leftOut.lines > 0 else { return }
    let reason = meter.excess ?? "its journal was full"
    let text = "\(leftOut.lines) lines (\(leftOut.bytes) bytes) of output were left out: \(reason)"
    let detail: JSONObject = ["lines": JSONValue(leftOut.lines), "length": JSONValue(leftOut.bytes)]
    leftOut = (0, 0)
    enqueue([.emit(EventDraft(.error, text, name: "journal", isError: true, detail: detail))])
  }

  /// Seconds of a clock that nobody sets.
  static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
}
