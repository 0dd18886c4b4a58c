import ClusterSupport
import PaddockProgram
import Testing

/// The stand-in for a network plugin holds pods to what policies say, and to nothing where it is told to ignore them.
@Suite(.timeLimit(.minutes(5))) struct NetworkPolicyTests {
  /// Listens on 8080 and 9090; `hold` keeps one connection to another pod and says whether it still answers.
  private static let server = """
    import socket, threading
    def serve(port):
        listener = socket.create_server(("0.0.0.0", port))
        def echo(peer):
            while data := peer.recv(9): peer.sendall(data)
        while True: threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()
    threading.Thread(target=serve, args=(9090,)).start()
    serve(8080)
    """

  private struct Pods {
    let node: Node
    /// `a` and `b` are in the one, `c` is in the other.
    let one: String
    let other: String
    var addresses: [String: String] = [:]

    func namespace(_ pod: String) -> String { pod == "c" ? other : one }

    /// `nil` for `to`: the API server.
    func reaches(_ from: String, _ to: String?, _ port: Int = 8080) async throws -> Bool {
      let address = to.map { addresses[$0] ?? "" } ?? "10.213.78.1"
      let code = "import socket; socket.create_connection(('\(address)', \(to == nil ? 443 : port)), 1).close()"
      let run = try await node.kubectl("exec", from, "-n", namespace(from), "--", "python3", "-c", code)
      // The pod answered, so that a pod that is no more does not count as cut off.
      try #require(run.status == 0 || run.errors.contains("timed out"), "\(run.errors)")
      return run.status == 0
    }

    func apply(policy: String) async throws {
      try await node.apply(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: one }
        spec: \(policy)
        """, namespace: one)
    }
  }

  private func pods() async throws -> Pods {
    let node = try await Node.shared()
    let image = try await node.load(.agent)
    var pods = Pods(
      node: node, one: try await node.makeNamespace("policy"), other: try await node.makeNamespace("policy"))
    try await node.require("label", "namespace", pods.other, "side=other")
    let code = Self.server.split(separator: "\n").map { "          " + $0 }.joined(separator: "\n")
    for name in ["a", "b", "c"] {
      try await node.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: \(name), labels: { name: \(name) } }
        spec:
          terminationGracePeriodSeconds: 0
          automountServiceAccountToken: false
          containers:
            - name: server
              image: \(image)
              ports: [{ name: web, containerPort: 8080 }]
              readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
              command:
                - python3
                - -c
                - |
        \(code)
        """, namespace: pods.namespace(name))
    }
    for name in ["a", "b", "c"] {
      let namespace = pods.namespace(name)
      try await node.require("wait", "--for=condition=Ready", "pod/\(name)", "-n", namespace, "--timeout=180s")
      pods.addresses[name] = try await node.require(
        "get", "pod", name, "-n", namespace, "-o", "jsonpath={.status.podIP}")
    }
    return pods
  }

  private func remove(_ pods: Pods) async throws {
    try await pods.node.ignorePolicies(in: pods.one)
    try await pods.node.require("delete", "namespace", pods.one, pods.other, "--wait=false")
  }

  @Test func policiesCountOnlyWhereTheyAreEnforced() async throws {
    let pods = try await pods()
    try await pods.apply(policy: "{ podSelector: {}, policyTypes: [Ingress, Egress] }")
    for (from, to) in [("a", "b"), ("c", "a"), ("a", "c")] {
      #expect(try await pods.reaches(from, to), "nothing is enforced")
    }
    try await pods.node.enforcePolicies(in: pods.one)
    try await eventually("it is enforced") { try await pods.reaches("a", nil) ? nil : true }
    for (from, to) in [("a", "b"), ("c", "a"), ("a", "c")] { #expect(try await !pods.reaches(from, to)) }
    #expect(try await pods.reaches("a", "a"), "nothing keeps a pod from itself")
    #expect(try await pods.reaches("c", "c"))
    let ready = try await pods.node.require(
      "get", "pod", "a", "-n", pods.one, "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}")
    #expect(ready == "True", "its own node reaches it")

    try await pods.node.ignorePolicies(in: pods.one)
    try await eventually("nothing is enforced") { try await pods.reaches("a", nil) ? true : nil }
    for (from, to) in [("a", "b"), ("c", "a"), ("a", "c")] { #expect(try await pods.reaches(from, to)) }
    try await remove(pods)
  }

  /// Each as soon as `a` is closed to one whom it is not meant for.
  @Test func whatAPolicyAllowsIsAllAndOnlyThat() async throws {
    let pods = try await pods()
    try await pods.node.enforcePolicies(in: pods.one)
    func expect(_ rules: String, from: Set<String>, port: Int = 8080, closed: (String, Int)) async throws {
      try await pods.apply(policy: "{ podSelector: { matchLabels: { name: a } }, ingress: [{ \(rules) }] }")
      try await eventually("\(rules) is in force", within: 30) { () async throws -> Bool? in
        for name in ["b", "c"] where try await pods.reaches(name, "a", port) != from.contains(name) { return nil }
        return try await pods.reaches(closed.0, "a", closed.1) ? nil : true
      }
      #expect(try await pods.reaches("a", "b"), "only what comes in is looked at")
      #expect(try await pods.reaches("a", "c"))
      #expect(try await pods.reaches("c", "b"), "no policy is about it")
    }
    let (b, c) = (pods.addresses["b"] ?? "", pods.addresses["c"] ?? "")
    try await expect("from: [{ podSelector: { matchLabels: { name: b } } }]", from: ["b"], closed: ("c", 8080))
    // A pod selector alone is about the policy's own namespace.
    try await expect("from: [{ podSelector: {} }]", from: ["b"], port: 9090, closed: ("c", 9090))
    try await expect(
      "from: [{ namespaceSelector: { matchLabels: { side: other } } }]", from: ["c"], closed: ("b", 8080))
    try await expect(
      "from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: name, operator: NotIn, values: [b] }] } }]",
      from: ["c"], closed: ("b", 9090))
    try await expect("from: [{ ipBlock: { cidr: \(b)/32 } }]", from: ["b"], closed: ("c", 8080))
    try await expect(
      "from: [{ ipBlock: { cidr: 10.213.77.0/24, except: [\(c)/32] } }]", from: ["b"], port: 9090, closed: ("c", 8080))
    try await expect("ports: [{ port: web }]", from: ["b", "c"], closed: ("c", 9090))
    try await expect("ports: [{ protocol: TCP, port: 9090 }]", from: ["b", "c"], port: 9090, closed: ("b", 8080))
    try await expect("ports: [{ protocol: UDP }]", from: [], closed: ("b", 8080))
    try await remove(pods)
  }
}
