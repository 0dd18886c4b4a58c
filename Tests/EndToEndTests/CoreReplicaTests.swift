import ClusterSupport
import ControlModel
import Foundation
import Glibc
import PaddockProgram
import PostgresTestSupport
import Testing

/// Real `paddock core` processes beside each other, on one Postgres and one real API server.
@Suite(.serialized) struct CoreReplicaTests {
  @Test(.timeLimit(.minutes(4)))
  func sessionsThatWereAKilledOrAStoppedCoresAreStartedInTimeAndOnce() async throws {
    try await Replicas.with { replicas in
      let killed = try replicas.start("killed")
      let stopped = try replicas.start("stopped")
      try await replicas.wait(for: "2 cores")
      try await replicas.startSessions(6)
      let first = try await replicas.sandboxes(6)

      let death = ContinuousClock.now
      await killed.end(by: SIGKILL)
      try await replicas.startSessions(6)
      let second = try await replicas.sandboxes(12)
      #expect(ContinuousClock.now - death < .seconds(15))

      _ = try replicas.start("last")
      try await replicas.wait(for: "2 cores")
      let stop = ContinuousClock.now
      stopped.signal(SIGSTOP)
      try await replicas.startSessions(6)
      let third = try await replicas.sandboxes(18)
      #expect(ContinuousClock.now - stop < .seconds(15))
      stopped.signal(SIGCONT)
      try await replicas.wait(for: "2 cores")
      #expect(try await replicas.sandboxes(18) == third)
      #expect(first.isSubset(of: second) && second.isSubset(of: third))
    }
  }
}

/// Cores of one database and one cluster, and commands to them.
private final class Replicas {
  private let url: String
  private let cluster: ControlPlane
  private let paddock: PaddockInstallation
  private let prefix = "t-\(UUID().uuidString.lowercased().prefix(8))-"
  private var running: [RunningProgram] = []

  static func with(_ body: (Replicas) async throws -> Void) async throws {
    let cluster = try await ControlPlane.shared()
    try await withTemporaryDatabase { url in
      let directory = "/tmp/paddock-replicas-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let replicas = Replicas(url, cluster, directory)
      let result: Result<Void, any Error>
      do {
        try await replicas.prepare()
        result = .success(try await body(replicas))
      } catch { result = .failure(error) }
      for program in replicas.running { await program.end() }
      _ = try? await cluster.kubectl("delete", "namespace", replicas.prefix + "engineering", "--wait=false")
      try FileManager.default.removeItem(atPath: directory)
      try result.get()
    }
  }

  private init(_ url: String, _ cluster: ControlPlane, _ directory: String) {
    self.url = url
    self.cluster = cluster
    paddock = PaddockInstallation(directory: directory, environment: ["PADDOCK_DATABASE_URL": url])
  }

  private func prepare() async throws {
    try await cluster.require("create", "namespace", prefix + "engineering")
    try await paddock.apply(agent: "idle", "runtime: exec\ncommand: [/bin/true]")
  }

  func start(_ name: String) throws -> RunningProgram {
    let core = try RunningProgram.start(
      [
        PaddockInstallation.products + "/paddock", "core", "--data-dir", paddock.directory,
        "--database-url", url, "--engine", "kubernetes", "--kubeconfig", cluster.kubeconfigPath, "--runner-image",
        "paddock.test/runner", "--agent-image", "paddock.test/agent", "--namespace-prefix", prefix,
      ], output: paddock.directory + "/" + name + ".log")
    running.append(core)
    return core
  }

  func wait(for cores: String) async throws {
    try await eventually("\(cores) are at work") {
      try await paddock.json("status")["core"]?.stringValue == cores ? true : nil
    }
  }

  func startSessions(_ count: Int) async throws {
    for _ in 0..<count { _ = try await paddock.start(agent: "idle") }
  }

  /// The uids of the sandboxes, once there are so many.
  func sandboxes(_ count: Int) async throws -> Set<String> {
    try await eventually("there are \(count) sandboxes") {
      let uids = try await cluster.require(
        "get", "sandboxes", "--namespace", prefix + "engineering", "--output",
        "jsonpath={.items[*].metadata.uid}"
      ).split(separator: " ").map(String.init)
      return uids.count == count ? Set(uids) : nil
    }
  }
}
