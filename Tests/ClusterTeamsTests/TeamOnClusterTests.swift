import ClusterSupport
import ClusterTeams
import ControlModel
import PaddockProgram
import Testing

/// What a real API server makes of the objects.
@Suite struct TeamOnClusterTests {
  @Test func theServerAcceptsEveryObjectAndLetsOperatorsDoOnlyTheirs() async throws {
    let cluster = try await ControlPlane.shared()
    let team = "t\(String(UInt32.random(in: 0 ... .max), radix: 36))"
    let manifests = TeamManifests(team: try ResourceName(team), quota: try TeamQuota("cpu=8,memory=16Gi,pods=20"))
    for object in manifests.objects {
      try await cluster.require(
        "apply", "--server-side", "--validate=true", "--field-manager=paddock", "-f", "-", input: object.text)
    }
    let namespace = manifests.namespaceName
    // kubectl takes `pods/exec` for the pod of that name.
    func can(_ verb: String, _ resource: String, _ part: String = "", in namespace: String) async throws -> Bool {
      try await cluster.kubectl(
        "auth", "can-i", verb, resource, "--subresource=\(part)", "--namespace", namespace, "--as=ada",
        "--as-group=paddock:team:\(team)"
      ).status == 0
    }
    // The server's authorizer learns of a binding a moment after it was stored.
    var isGranted = false
    for _ in 0..<50 where !isGranted { isGranted = try await can("create", "pods", "exec", in: namespace) }
    #expect(isGranted)
    #expect(try await can("get", "pods", "log", in: namespace))
    #expect(try await can("list", "sandboxes.agents.x-k8s.io", in: namespace))
    #expect(try await !can("get", "secrets", in: namespace))
    #expect(try await !can("delete", "pods", in: namespace))
    #expect(try await !can("create", "pods", "exec", in: "default"))
    try await cluster.require("delete", "namespace", namespace, "--wait=false")
  }
}
