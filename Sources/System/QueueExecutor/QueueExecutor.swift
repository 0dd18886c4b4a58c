package import Dispatch

/// Runs an actor's jobs on a serial queue of its own, where they may block (a write, a fork, a TLS handshake): the
/// cooperative pool has as few threads as the machine has processors.
package final class QueueExecutor: SerialExecutor {
  package let queue: DispatchQueue

  package init(label: String) {
    queue = DispatchQueue(label: label)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Lets handlers that the queue calls assume the actor's isolation.
  package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
