import Dispatch

/// Runs an actor on a serial queue of its own, so that its blocking calls (write, fdatasync, fork) never hold one of
/// the few threads of the cooperative pool.
final class QueueExecutor: SerialExecutor {
  let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Lets handlers that the queue calls assume the actor's isolation.
  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
