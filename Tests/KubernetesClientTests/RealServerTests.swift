import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import Synchronization
import Testing

private typealias Sandbox = AgentsV1Beta1.Sandbox

private struct NothingRefused: Error {}

private func refusal(_ work: () async throws -> Void) async throws -> KubernetesStatus {
  do {
    try await work()
  } catch let error as KubernetesError {
    return try #require(error.status, "\(error)")
  }
  throw NothingRefused()
}

@Suite("A real API server", .timeLimit(.minutes(5)))
struct RealServerTests {
  @Test("An object is created, found, patched and deleted")
  func lifeCycle() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    let made = try await space.api.create(space.sandbox("a", labels: ["x": "1"]))
    #expect(made.metadata.uid.count == 36)
    #expect(made.json["metadata"]?["managedFields"] == nil)
    #expect(try await space.api.get(Sandbox.self, "a", in: space.name) == made)
    #expect(try await refusal { _ = try await space.api.create(space.sandbox("a")) }.isAlreadyExists)
    let patched = try await space.api.patch(
      Sandbox.self, "a", in: space.name, with: ["spec": ["operatingMode": "Running"]],
      if: Preconditions(uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion))
    #expect(patched.operatingMode == .running)
    #expect(patched.metadata.generation == 2)
    #expect(try await space.api.delete(Sandbox.self, "a", in: space.name, if: .init(uid: made.metadata.uid)))
    #expect(try await space.api.find(Sandbox.self, "a", in: space.name) == nil)
    #expect(try await space.api.delete(Sandbox.self, "a", in: space.name) == false)
  }

  @Test("A patch or a deletion of something that has changed, or is another one, is refused")
  func preconditions() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    let first = try await space.api.create(space.sandbox("a"))
    _ = try await space.api.patch(Sandbox.self, "a", in: space.name, with: ["spec": ["operatingMode": "Running"]])
    let stale = Preconditions(uid: first.metadata.uid, resourceVersion: first.metadata.resourceVersion)
    let other = Preconditions(uid: "00000000-0000-0000-0000-000000000000")
    for conditions in [stale, other] {
      #expect(
        try await refusal {
          _ = try await space.api.patch(Sandbox.self, "a", in: space.name, with: ["spec": [:]], if: conditions)
        }.isConflict)
      #expect(
        try await refusal {
          _ = try await space.api.delete(Sandbox.self, "a", in: space.name, if: conditions)
        }.isConflict)
    }
    #expect(try await space.api.find(Sandbox.self, "a", in: space.name) != nil)
  }

  @Test("Server-side apply keeps to its own fields, conflicts over others', and takes them only when forced")
  func applies() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    let mine = space.sandbox("a", labels: ["x": "1", "y": "2"])
    _ = try await space.api.apply(mine, manager: "one")
    var other = Sandbox(name: "a", namespace: space.name, labels: ["z": "3"])
    #expect(try await space.api.apply(other, manager: "two").metadata.labels == ["x": "1", "y": "2", "z": "3"])
    other = Sandbox(name: "a", namespace: space.name, labels: ["x": "9", "z": "3"])
    let conflict = try await refusal { _ = try await space.api.apply(other, manager: "two") }
    #expect(conflict.isConflict)
    #expect(conflict.causes.map(\.field) == [".metadata.labels.x"])
    #expect(try await space.api.apply(other, manager: "two", force: true).metadata.labels["x"] == "9")
    let less = space.sandbox("a", labels: ["x": "1"])
    #expect(try await space.api.apply(less, manager: "one", force: true).metadata.labels == ["x": "1", "z": "3"])
  }

  @Test("Status and scale are written through their subresources")
  func subresources() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    _ = try await space.api.create(space.sandbox("a"))
    let status: JSONObject = [
      "status": [
        "conditions": [
          [
            "type": "Ready", "status": "True", "reason": "DependenciesReady", "message": "",
            "lastTransitionTime": "2026-11-22T20:18:00Z",
          ]
        ]
      ]
    ]
    _ = try await space.api.patch(Sandbox.self, "a", in: space.name, with: status)
    #expect(try await space.api.get(Sandbox.self, "a", in: space.name).isReady == false)
    _ = try await space.api.patch(Sandbox.self, "a", in: space.name, subresource: "status", with: status)
    let ready = try #require(try await space.api.get(Sandbox.self, "a", in: space.name).ready)
    #expect(ready.reason == "DependenciesReady")
    let pool = ExtensionsV1Beta1.SandboxWarmPool(
      name: "p", namespace: space.name, spec: ["replicas": 1, "sandboxTemplateRef": ["name": "none"]])
    _ = try await space.api.create(pool)
    try await space.api.scale(ExtensionsV1Beta1.SandboxWarmPool.self, "p", in: space.name, to: 3)
    #expect(try await space.api.get(ExtensionsV1Beta1.SandboxWarmPool.self, "p", in: space.name).replicas == 3)
  }

  @Test("A list of more than one page is whole, and a selector picks from it")
  func lists() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<520 {
        group.addTask {
          _ = try await space.api.create(
            CoordinationV1.Lease(name: "l\(index)", namespace: space.name, labels: ["even": "\(index % 2 == 0)"]))
        }
      }
      try await group.waitForAll()
    }
    let all = try await space.api.list(CoordinationV1.Lease.self, in: space.name)
    #expect(Set(all.map(\.name)).count == 520)
    #expect(all.allSatisfy { $0.json["kind"] == "Lease" && $0.json["apiVersion"] == "coordination.k8s.io/v1" })
    let even = try await space.api.list(CoordinationV1.Lease.self, in: space.name, .init(labels: "even=true"))
    #expect(even.count == 260)
    let one = try await space.api.list(CoordinationV1.Lease.self, in: space.name, .init(fields: "metadata.name=l7"))
    #expect(one.map(\.name) == ["l7"])
  }

  @Test("What is invalid is refused with the place, and an unknown kind with its name")
  func refusals() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    let invalid = try await refusal {
      _ = try await space.api.create(CoreV1.Secret(name: "A_b", namespace: space.name))
    }
    #expect(invalid.isInvalid)
    #expect(invalid.causes.map(\.field) == ["metadata.name"])
    await #expect {
      _ = try await space.api.create(CoreV1.Pod(name: "p", namespace: "no-such-namespace", spec: ["containers": []]))
    } throws: { error in
      "\(error)" == "There is no namespaces no-such-namespace."
    }
  }

  @Test("Who lacks a right is told which verb on what, and the rights that are missing are listed")
  func rights() async throws {
    let plane = try await QuietCluster.shared()
    let space = try await TemporaryNamespace(plane.api())
    let token = try await plane.token(serviceAccount: "viewer", in: space.name)
    let viewer = try plane.api(Tokens(token))
    await #expect {
      _ = try await viewer.list(Sandbox.self, in: space.name)
    } throws: { error in
      "\(error)"
        == "system:serviceaccount:\(space.name):viewer may not list sandboxes.agents.x-k8s.io in \(space.name)."
    }
    let wanted = [
      AuthorizationV1.Access("list", Sandbox.type, namespace: space.name),
      .init("create", CoreV1.Pod.type, subresource: "exec", namespace: space.name),
      .init("get", CoreV1.Pod.type, subresource: "log", namespace: space.name, name: "p"),
    ]
    #expect(try await viewer.missing(wanted) == wanted)
    var role = RBACV1.Role(name: "viewer", namespace: space.name)
    role.json["rules"] = [
      ["apiGroups": ["agents.x-k8s.io"], "resources": ["sandboxes"], "verbs": ["list"]],
      ["apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]],
    ]
    _ = try await space.api.create(role)
    var binding = RBACV1.RoleBinding(name: "viewer", namespace: space.name)
    binding.json["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "viewer"]
    binding.json["subjects"] = [["kind": "ServiceAccount", "name": "viewer", "namespace": .string(space.name)]]
    _ = try await space.api.create(binding)
    // The authorizer sees what was written a moment later.
    while try await viewer.missing(wanted).count == wanted.count { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await viewer.missing(wanted).map(\.description) == ["create pods/exec in \(space.name)"])
    #expect(try await viewer.list(Sandbox.self, in: space.name).isEmpty)
    let rules = try await viewer.rules(in: space.name).rules
    #expect(rules.contains { $0.resources == ["pods/log"] && $0.verbs == ["get"] })
    #expect(try await space.api.missing(wanted).isEmpty)
  }

  @Test("A token that the server does not accept is replaced, in requests and in watches")
  func renewsTokens() async throws {
    let plane = try await QuietCluster.shared()
    let space = try await TemporaryNamespace(plane.api())
    let token = try await plane.token(serviceAccount: "someone", in: space.name)
    let stale = try plane.api(Tokens("stale", token))
    await #expect { _ = try await stale.list(Sandbox.self, in: space.name) } throws: {
      "\($0)".contains("may not list")
    }
    let lost = try plane.api(Tokens("stale", "staler"))
    await #expect {
      _ = try await lost.list(Sandbox.self, in: space.name)
    } throws: { error in
      "\(error)".hasPrefix("The API server does not accept these credentials")
    }
  }
}

/// Tokens one after the other; each 401 moves to the next while there is one.
final class Tokens: CredentialSource {
  private let left: Mutex<[String]>

  init(_ tokens: String...) { left = Mutex(tokens) }

  func current() -> Credential { .bearer(left.withLock { $0[0] }) }

  func refused(_ credential: Credential) {
    left.withLock { tokens in
      if tokens.count > 1, credential == .bearer(tokens[0]) { tokens.removeFirst() }
    }
  }
}
