import ControlModel
import KubernetesClient

/// When a client of the API server was told of what happened there.
actor StartWatch {
  enum Happening: Hashable, Sendable {
    /// Of a pod of that name, or of that session.
    case made(String)
    /// Its containers run.
    case runs(String)
    case gone(String)
    /// A sandbox has become that of the claim of this name.
    case claimed(String)
  }

  private var times: [Happening: Timestamp] = [:]
  private let tasks: [Task<Void, Never>]

  static func during<Value>(_ api: KubernetesAPI, _ body: (StartWatch) async throws -> Value) async throws -> Value {
    let (signal, happened) = AsyncStream.makeStream(of: Happening.self)
    let tasks = [
      Task { for await changes in api.watch(CoreV1.Pod.self) { for change in changes { pods(change, happened) } } },
      Task {
        for await changes in api.watch(AgentsV1Beta1.Sandbox.self) {
          for case .modified(let sandbox) in changes {
            guard let owner = sandbox.metadata.controller, owner.kind == "SandboxClaim" else { continue }
            happened.yield(.claimed(owner.name))
          }
        }
      },
    ]
    let watch = StartWatch(tasks)
    let notes = Task { for await happening in signal { await watch.note(happening) } }
    defer { for task in tasks + [notes] { task.cancel() } }
    return try await body(watch)
  }

  private init(_ tasks: [Task<Void, Never>]) { self.tasks = tasks }

  private static func pods(
    _ change: WatchChange<CoreV1.Pod>, _ happened: AsyncStream<Happening>.Continuation
  ) {
    switch change {
    case .added(let pod), .modified(let pod):
      for name in [pod.name, pod.metadata.labels["paddock.dev/session"]].compactMap(\.self) {
        happened.yield(.made(name))
        if pod.runs { happened.yield(.runs(name)) }
      }
    case .deleted(let reference): happened.yield(.gone(reference.name))
    case .synced, .trouble, .recovered: break
    }
  }

  private func note(_ happening: Happening) {
    if times[happening] == nil { times[happening] = .now() }
  }

  /// Waits for it.
  func time(of happening: Happening) async throws -> Timestamp {
    let end = ContinuousClock.now + .seconds(120)
    while true {
      if let time = times[happening] { return time }
      guard ContinuousClock.now < end else { throw BenchmarkFailure("\(happening) did not happen in two minutes") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}

extension CoreV1.Pod {
  fileprivate var runs: Bool {
    !containerStatuses.isEmpty
      && containerStatuses.allSatisfy { if case .running = $0.state { true } else { false } }
  }
}
