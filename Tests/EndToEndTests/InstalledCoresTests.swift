import ClusterSupport
import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// `paddock install` on a real node: its pods do all the work, with no more rights than it gives them.
@Suite(.serialized) struct InstalledCoresTests {
  private static let echo = """
    runtime: exec
    command: [/bin/sh, -c, 'while read -r line; do echo "heard $line"; done']
    """

  @Test func twoInstalledCoresShareTheSessionsAndOneGoesOnWithThoseOfTheOther() async throws {
    try await KubernetesStack.run(agents: .busybox) { stack in
      let cores = try await InstalledCores(stack)
      let paddock = stack.paddock
      try await paddock.apply(agent: "echo", Self.echo)
      var sessions: [String] = []
      for _ in 0..<4 { sessions.append(try await paddock.start(agent: "echo", message: "one")) }
      for id in sessions { try await paddock.wait(for: id, toHave: "its first answer") { $0.text == "heard one" } }

      let pods = try await cores.pods()
      try await eventually("each core has half of the slots, and together they recorded everything") {
        let texts = try await cores.metrics(of: pods)
        let slots = texts.map { Self.value("paddock_core_slots_held", in: $0) }
        let events = texts.map { Self.value("paddock_core_events_recorded_total", in: $0) }.reduce(0, +)
        return slots == [128, 128] && events >= 4 * 3 ? true : nil
      }

      try await cores.kill(pods[0])
      for id in sessions {
        try await paddock.require("session", "message", id, "two", "--wait", "60")
        try await paddock.wait(for: id, toHave: "an answer after a core was killed") { $0.text == "heard two" }
      }
      for id in sessions {
        let events = try await paddock.events(of: id)
        #expect(events.map(\.seq) == Array(1...Int64(events.count)))
        #expect(try await paddock.session(id)["generation"]?.integerValue == 1)
      }
      try await cores.remove()
    }
  }

  private static func value(_ name: String, in text: String) -> Int64 {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line.flatMap { Int64($0.dropFirst(name.count + 1)) } ?? -1
  }
}

/// The cores of one stack, in a namespace of their own, with the database of that stack.
private struct InstalledCores {
  let stack: KubernetesStack
  let namespace: String

  /// Two are at work when it returns, and the stack's own is not.
  init(_ stack: KubernetesStack) async throws {
    self.stack = stack
    namespace = "cores-\(UUID().uuidString.lowercased().prefix(8))"
    let image = try await stack.node.load(.paddock(program: PaddockInstallation.products + "/paddock"))
    try await stack.paddock.require(
      "install", "--apply", "--image", image, "--namespace", namespace, "--kubeconfig", stack.node.kubeconfigPath)
    let address = try await stack.node.expose(socket: stack.paddock.directory + "/postgres/.s.PGSQL.5432")
    try await stack.node.require(
      "create", "secret", "generic", "paddock-database", "--namespace", namespace,
      "--from-literal=url=postgresql://paddock@\(address)/paddock")
    try await endOwnCore()
    try await eventually("two cores are at work") {
      try await stack.paddock.json("status")["core"]?.stringValue == "2 cores" ? true : nil
    }
  }

  private func endOwnCore() async throws {
    let record = try JSONValue(parsing: String(contentsOfFile: stack.paddock.directory + "/core.json", encoding: .utf8))
    let pid = Int32(try #require(record["pid"]?.integerValue))
    Glibc.kill(pid, SIGTERM)
    try await eventually("the core outside the cluster has ended") { Glibc.kill(pid, 0) == 0 ? nil : true }
  }

  func pods() async throws -> [String] {
    try await stack.node.require("get", "pods", "--namespace", namespace, "--output", "name").split(separator: "\n")
      .map { String($0.dropFirst("pod/".count)) }
  }

  /// Through the API server, from the port that their Service names.
  func metrics(of pods: [String]) async throws -> [String] {
    var texts: [String] = []
    for pod in pods {
      texts.append(
        try await stack.node.require("get", "--raw", "/api/v1/namespaces/\(namespace)/pods/\(pod):9464/proxy/metrics"))
    }
    return texts
  }

  /// Without a chance to give anything back.
  func kill(_ pod: String) async throws {
    try await stack.node.require(
      "delete", "pod", pod, "--namespace", namespace, "--force", "--grace-period=0", "--wait=false")
  }

  func remove() async throws {
    try await stack.node.require("delete", "clusterrole,clusterrolebinding", "paddock-core-\(namespace)")
    try await stack.node.require("delete", "namespace", namespace, "--wait=false")
  }
}
