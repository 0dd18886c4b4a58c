import KubernetesClient

/// Lists and watches many sandboxes of a real API server, beside `kubectl get -A -w`.
/// `PADDOCK_BENCH_CLUSTER_SANDBOXES` says how many.
struct ClusterWatching: Sendable {
  private static let runs = 3
  private static let changesPerSecond = 100
  private static let changingSeconds = 15

  private let population: SandboxPopulation
  private let ours: [String]
  private let kubectl: [String]
  private let environment: [String: String]

  @Sendable static func run(_ workbench: Workbench) async throws -> [Finding] {
    try await BenchmarkCluster.during(workbench) { cluster in
      let population = SandboxPopulation(
        api: cluster.api, count: Program.number("PADDOCK_BENCH_CLUSTER_SANDBOXES", default: 10_000))
      let benchmark = ClusterWatching(
        population: population, ours: ["/proc/self/exe", SandboxWatcher.argument, cluster.kubeconfig],
        kubectl: [
          "\(cluster.programs)/kubectl", "--kubeconfig", cluster.kubeconfig, "get",
          AgentsV1Beta1.Sandbox.type.plural + ".agents.x-k8s.io", "-A", "-w",
        ], environment: ["HOME": workbench.folder, "PATH": Program.variable("PATH") ?? "/usr/bin:/bin"])
      return try await benchmark.findings()
    }
  }

  private func findings() async throws -> [Finding] {
    let (_, making) = try await time { try await population.make() }
    note("\(population.count) sandboxes made: \(Figure.rate(population.count, in: making, of: "sandboxes"))")
    // kubectl first: what it asks for once (the server's kinds) it keeps in files.
    var lists: [(ours: Listing, kubectl: Listing)] = []
    for _ in 0..<Self.runs {
      let other = try await listing(kubectl)
      lists.append((try await listing(ours), other))
    }
    return compare(lists.map(\.ours), lists.map(\.kubectl)) + (try await changing())
  }

  private func listing(_ arguments: [String]) async throws -> Listing {
    let process = try WatchingProcess(arguments, environment: environment)
    do {
      let complete = try await process.sight(of: population.count)
      // Whatever is still done with the last page belongs to the list.
      try await Task.sleep(for: .milliseconds(500))
      let listing = Listing(
        duration: complete - process.started, kilobytes: process.child.peakKilobytes, work: process.child.processorTime)
      note("\(arguments[0]): \(Figure.duration(listing.duration)), \(listing.kilobytes) kB, processor \(listing.work)")
      try await process.end()
      return listing
    } catch {
      try? await process.end()
      throw error
    }
  }

  private func compare(_ ours: [Listing], _ kubectl: [Listing]) -> [Finding] {
    let (own, other) = (Listing.median(ours), Listing.median(kubectl))
    return [
      Finding(
        "see \(population.count) sandboxes of a cluster, median of \(Self.runs)", Figure.duration(own.duration),
        peer: "kubectl get -A -w: \(Figure.duration(other.duration))", ratio: times(own.duration / other.duration),
        goal: "≤ 1×"),
      Finding(
        "peak memory for that, median", "\(own.kilobytes / 1024) MB", peer: "kubectl: \(other.kilobytes / 1024) MB",
        ratio: times(Double(own.kilobytes) / Double(other.kilobytes)), goal: "≤ 0.5×"),
      Finding(
        "processor time for that, median", Figure.duration(own.work), peer: "kubectl: \(Figure.duration(other.work))",
        ratio: times(own.work / other.work)),
    ]
  }

  /// Both watch at the same time, so that both see the same changes.
  private func changing() async throws -> [Finding] {
    let processes = try [ours, kubectl].map { try WatchingProcess($0, environment: environment) }
    do {
      for process in processes { _ = try await process.sight(of: population.count) }
      try await Task.sleep(for: .seconds(1))
      let before = processes.map(\.child.processorTime)
      for process in processes { process.forget() }
      let (sent, duration) = try await time { try await change() }
      for process in processes { _ = try await process.sight(of: sent.count) }
      let work = zip(processes, before).map { $0.child.processorTime - $1 }
      let lags = processes.map { process in
        let moments = process.moments
        return sent.compactMap { name, moment in moments[name].map { $0 - moment } }
      }
      for process in processes { try await process.end() }
      return compare(lags: lags, work: work, rate: Figure.rate(sent.count, in: duration, of: "changes"))
    } catch {
      for process in processes { try? await process.end() }
      throw error
    }
  }

  /// Each changes another sandbox; gives when each was begun to be written.
  private func change() async throws -> [String: ContinuousClock.Instant] {
    let count = min(population.count, Self.changesPerSecond * Self.changingSeconds)
    let began = ContinuousClock.now
    return try await withThrowingTaskGroup(of: (String, ContinuousClock.Instant).self) { group in
      for index in 0..<count {
        let due = began + .seconds(index) / Self.changesPerSecond
        group.addTask {
          try await Task.sleep(until: due)
          let moment = ContinuousClock.now
          try await population.report(index, ready: false)
          return (SandboxPopulation.name(index), moment)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  private func compare(lags: [[Duration]], work: [Duration], rate: String) -> [Finding] {
    [
      Finding(
        "processor time while \(rate) arrive", Figure.duration(work[0]), peer: "kubectl: \(Figure.duration(work[1]))",
        ratio: times(work[0] / work[1])),
      Finding(
        "a change written until it is printed, p99", Figure.duration(lags[0].percentile(0.99)),
        peer: "kubectl: \(Figure.duration(lags[1].percentile(0.99)))",
        ratio: times(lags[0].percentile(0.99) / lags[1].percentile(0.99))),
      Finding(
        "the same, p50", Figure.duration(lags[0].percentile(0.5)),
        peer: "kubectl: \(Figure.duration(lags[1].percentile(0.5)))",
        ratio: times(lags[0].percentile(0.5) / lags[1].percentile(0.5))),
    ]
  }

  private func times(_ ratio: Double) -> String { "\(Figure.fixed(ratio, 2))×" }
}

/// What it took one process to see all that is there.
private struct Listing {
  var duration: Duration
  var kilobytes: Int
  var work: Duration

  static func median(_ all: [Listing]) -> Listing {
    Listing(
      duration: all.map(\.duration).percentile(0.5), kilobytes: all.map(\.kilobytes).sorted()[all.count / 2],
      work: all.map(\.work).percentile(0.5))
  }
}
