import ClusterSupport
import PaddockProgram
import Testing

@Suite struct NodeTests {
  @Test func aSandboxRunsInARealPodAndKeepsItsVolume() async throws {
    let node = try await Node.shared()
    let image = try await node.load(.busybox)
    let namespace = try await node.makeNamespace()
    try await node.apply(
      """
      apiVersion: agents.x-k8s.io/v1beta1
      kind: Sandbox
      metadata: { name: one }
      spec:
        podTemplate:
          spec:
            automountServiceAccountToken: false
            terminationGracePeriodSeconds: 1
            securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 }
            containers:
              - name: agent
                image: \(image)
                command: [sh, -c, "echo started >>/work/log; exec sleep 1000"]
                volumeMounts: [{ name: work, mountPath: /work }]
        volumeClaimTemplates:
          - metadata: { name: work }
            spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 100Mi } } }
      """, namespace: namespace)
    try await node.require("wait", "--for=condition=Ready", "sandbox/one", "-n", namespace, "--timeout=180s")
    let first = try await node.require("get", "pod", "one", "-n", namespace, "-o", "jsonpath={.metadata.uid}")
    try await node.require("delete", "pod", "one", "-n", namespace, "--wait=false")
    try await eventually("another pod", within: 180) {
      let run = try await node.kubectl("get", "pod", "one", "-n", namespace, "-o", "jsonpath={.metadata.uid}")
      return run.status == 0 && run.output != first ? true : nil
    }
    try await node.require("wait", "--for=condition=Ready", "pod/one", "-n", namespace, "--timeout=180s")
    let log = try await node.require("exec", "one", "-n", namespace, "--", "cat", "/work/log")
    #expect(log == "started\nstarted\n")
  }
}
