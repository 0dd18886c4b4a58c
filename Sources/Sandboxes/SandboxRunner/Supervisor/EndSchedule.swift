/// How a runner that is told to end divides its time, so that its last word is written and read before it is killed; pure.
/// All in seconds.
package struct EndSchedule: Sendable, Hashable {
  /// For a turn that runs to come to its end by itself.
  package var turn = 2.5
  /// For a runtime without a turn to leave when its input ends.
  package var leave = 2.5
  /// From SIGTERM to SIGKILL.
  package var terminate = 2.5
  /// For readers to take what is journalled; longer ones read on from the next runner.
  package var delivery = 5.0

  package init() {}

  /// For one that is killed `grace` after it was told: all that its end does not need is the turn's.
  package init(grace: Double) {
    let grace = min(max(grace, 0), Self.longestGrace)
    terminate = min(terminate, grace / 4)
    delivery = min(delivery, grace * 0.4)
    let margin = min(1, grace / 10)
    turn = grace - terminate - delivery - margin
    leave = min(leave, turn)
  }

  /// A day: whoever gives more has not counted.
  package static let longestGrace = 86_400.0
}
