import Dispatch

/// Runs what may block on a thread of its own: the cooperative pool has as few threads as the machine has processors.
func offPool<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "dev.paddock.kubernetes.blocking").async { continuation.resume(returning: work()) }
  }
}
