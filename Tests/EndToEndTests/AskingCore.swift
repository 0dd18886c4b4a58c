import ClusterSupport
import ControlModel
import Foundation
import PaddockProgram
import Testing

/// A whole Paddock whose core comes to the tests' node as a service account.
final class AskingCore {
  let node: Node
  let paddock: PaddockInstallation
  /// When `paddock up` had returned, which asks for things of its own.
  let begin = Timestamp.now()
  private(set) var sessions = 0
  private let namespace: String
  private let user: String

  private static let declaration = """
    runtime: exec
    command: [/bin/sh, -c, 'while read -r line; do echo "heard $line"; done']
    limits: { memory: 64Mi }
    """

  private init(_ node: Node, _ paddock: PaddockInstallation, namespace: String, user: String) {
    (self.node, self.paddock, self.namespace, self.user) = (node, paddock, namespace, user)
  }

  static func run(_ body: (AskingCore) async throws -> Void) async throws {
    let node = try await Node.shared()
    let home = try await node.makeNamespace("asking")
    let account = try await node.kubeconfig(serviceAccount: "core", in: home)
    try await node.require(
      "create", "clusterrolebinding", home, "--clusterrole=cluster-admin", "--serviceaccount=\(home):core")
    let prefix = "t-\(UUID().uuidString.lowercased().prefix(8))-"
    let environment = [
      "PADDOCK_ENGINE": "kubernetes", "PADDOCK_KUBECONFIG": account, "PADDOCK_NAMESPACE_PREFIX": prefix,
      "PADDOCK_RUNNER_IMAGE": try await node.load(.runner(program: PaddockInstallation.products + "/paddock-runner")),
      "PADDOCK_AGENT_IMAGE": try await node.load(.busybox),
    ]
    try await PaddockInstallation.run(environment: environment) { paddock in
      let core = AskingCore(
        node, paddock, namespace: "\(prefix)engineering", user: "system:serviceaccount:\(home):core")
      try await paddock.apply(agent: "cold", declaration)
      try await paddock.apply(agent: "warm", declaration + "\nwarmPool: { size: 1 }")
      try await body(core)
    }
    try await node.require("delete", "clusterrolebinding", home)
    try await node.require("delete", "namespace", home, "\(prefix)engineering", "--wait=false")
  }

  /// Its own, and those without credentials, which no other core makes while this is at work.
  private func log() throws -> [ServerAudit.Request] {
    try ServerAudit(of: node).requests.filter { [user, "system:anonymous"].contains($0.user) }
  }

  /// The watches that it ever opened. Of a watch only its end is noted.
  func watches() throws -> RequestCount {
    RequestCount(try log().filter { $0.verb == "watch" })
  }

  func requests(since begin: Timestamp, until end: Timestamp = .latest) throws -> RequestCount {
    RequestCount(try log().filter { begin <= $0.received && $0.received < end })
  }

  /// Returns with its first answer, and says when it was asked for.
  func start(_ agent: String) async throws -> Timestamp {
    if agent == "warm" { try await untilThePoolIsFull() }
    let begin = Timestamp.now()
    let id = try await paddock.start(agent: agent, message: "one")
    try await paddock.wait(for: id, toHave: "its first answer") { $0.text == "heard one" }
    sessions += 1
    return begin
  }

  /// As many as it takes for them to have nothing more in common than is expected, within bounds.
  func leastOfStarts(
    of agent: String, within bounds: ClosedRange<Int>, like expected: [String: Int]
  ) async throws -> [String: Int] {
    var counts: [RequestCount] = []
    var least: [String: Int] = [:]
    while counts.count < bounds.lowerBound || counts.count < bounds.upperBound && least != expected {
      counts.append(try requests(since: try await start(agent)))
      least = RequestCount(leastOf: counts).counts
      for what in [WrittenRequests.aftermath, WrittenRequests.hold] { least[what] = nil }
    }
    return least
  }

  private func untilThePoolIsFull() async throws {
    try await eventually("the pool is full", within: 120) {
      let ready = try await node.require(
        "get", "sandboxwarmpools", "--namespace", namespace, "--output", "jsonpath={.items[*].status.readyReplicas}")
      return ready == "1" ? true : nil
    }
  }

  /// Goes on at once: for those that are only to be there.
  func fill(to count: Int) async throws {
    var others: [String] = []
    while sessions < count {
      others.append(try await paddock.start(agent: "cold", message: "one"))
      sessions += 1
    }
    for id in others { try await paddock.wait(for: id, toHave: "its first answer") { $0.text == "heard one" } }
  }

  /// The first after nothing of a start is awaited any more. No period of the core's is longer.
  func steadyMinute() async throws -> (begin: Timestamp, count: RequestCount) {
    let begin = Timestamp.now().advanced(bySeconds: 36)
    let end = begin.advanced(bySeconds: 60)
    return try await eventually("the core has asked for something a minute later", within: 200) {
      guard try log().contains(where: { $0.received >= end }) else { return nil }
      return (begin, try requests(since: begin, until: end))
    }
  }
}
