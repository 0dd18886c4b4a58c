import AgentRuntimes
import ControlModel
import Glibc
import RunnerProtocol

/// When to look next whether the command waits for its input.
struct InputWatch {
  private static let shortest = 0.2
  private static let longest = 3.2

  private(set) var delay = Self.shortest
  var isScheduled = false
  /// The last look found it waiting, and nothing was heard of it since.
  private(set) var wasWaiting = false

  mutating func note(_ isWaiting: Bool) {
    delay = isWaiting ? Self.shortest : min(delay * 2, Self.longest)
    wasWaiting = isWaiting
  }

  /// The command was told something: it may be done at once.
  mutating func restart() {
    delay = Self.shortest
    wasWaiting = false
  }

  /// The command printed something. One that prints without end is not looked at five times a second for it.
  mutating func heard() {
    delay = min(delay, 4 * Self.shortest)
    wasWaiting = false
  }
}

extension Supervisor {
  /// For a runtime that does not say when its turn is over: looks at its processes for as long as it counts as working.
  func watchInput() {
    guard driver.mayWaitSilently, child != nil, !inputWatch.isScheduled else { return }
    inputWatch.isScheduled = true
    after(inputWatch.delay) { $0.lookAtInput() }
  }

  /// Believed when seen twice: what the command wrote before it began to wait has been read by then.
  private func lookAtInput() {
    inputWatch.isScheduled = false
    // What is not read yet may say more than that it waits.
    guard driver.mayWaitSilently, let child, child.isRead, phase == .running else { return watchInput() }
    let isWaiting = child.waitsForInput(launcher: configuration.launcher)
    if isWaiting, inputWatch.wasWaiting {
      inputWatch.restart()
      return enqueue(driver.waitsForInput(at: .now()))
    }
    inputWatch.note(isWaiting)
    let news = isWaiting ? [] : driver.isAtWork(at: .now())
    if !news.isEmpty { enqueue(news) }
    watchInput()
  }
}
