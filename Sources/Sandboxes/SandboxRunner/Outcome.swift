import ControlModel
import Dispatch
import Synchronization

/// Lets the main thread, which belongs to no task, wait for what tasks do.
final class Outcome: Sendable {
  private let failure = Mutex<ControlFailure?>(nil)
  private let start = DispatchSemaphore(value: 0)
  private let stop = DispatchSemaphore(value: 0)
  private let delivery = DispatchSemaphore(value: 0)

  func started(_ failure: ControlFailure?) {
    self.failure.withLock { $0 = failure }
    start.signal()
  }

  func stopped() { stop.signal() }

  func delivered() { delivery.signal() }

  func waitForStart() throws(ControlFailure) {
    start.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  func waitForStop() { stop.wait() }

  func waitForDelivery(seconds: Double) { _ = delivery.wait(timeout: .now() + seconds) }
}
