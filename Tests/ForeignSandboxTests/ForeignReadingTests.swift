import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import Testing

@Suite struct ForeignReadingTests {
  private let uid = "0f5b2b7c-5f0e-4c39-9d2e-6a0b8f3c1d2e"

  private func read(
    labels: JSONObject = [:], namespace: String = "paddock-blue", owner: JSONValue? = nil, pod: CoreV1.Pod? = nil,
    podLabels: JSONValue = [:]
  ) throws -> ForeignSandbox? {
    var metadata: JSONObject = [
      "name": "theirs", "namespace": .string(namespace), "uid": .string(uid), "resourceVersion": "41",
      "labels": .object(labels), "creationTimestamp": "2026-11-22T10:00:00Z",
    ]
    metadata["ownerReferences"] = owner.map { [$0] }
    let object = AgentsV1Beta1.Sandbox(json: [
      "metadata": .object(metadata),
      "spec": [
        "podTemplate": ["metadata": ["labels": podLabels]],
        "volumeClaimTemplates": [["metadata": ["name": "work"], "spec": ["accessModes": []]]],
      ],
    ])
    return ForeignReading(object: object.outline, pod: pod, names: ClusterNames()).sandbox
  }

  private func pod(_ state: JSONValue, last: JSONValue = [:], annotations: JSONValue = [:]) -> CoreV1.Pod {
    CoreV1.Pod(json: [
      "metadata": [
        "name": "theirs", "uid": "p", "annotations": annotations,
        "ownerReferences": [["kind": "Sandbox", "name": "theirs", "uid": .string(uid), "controller": true]],
      ],
      "spec": ["containers": [["name": "proxy"], ["name": "main"]]],
      "status": [
        "phase": "Running",
        "containerStatuses": [
          ["name": "proxy", "restartCount": 2, "state": state, "lastState": last],
          ["name": "main", "restartCount": 0, "state": ["running": [:]]],
        ],
      ],
    ])
  }

  @Test func itIsKnownByItsUidAndShownWithWhatGoesWithIt() throws {
    let owner: JSONValue = ["kind": "SandboxClaim", "name": "fixer", "uid": "c", "controller": true]
    let sandbox = try #require(try read(owner: owner))
    #expect(sandbox.id.text == uid)
    #expect(sandbox.team?.text == "blue")
    #expect(sandbox.mark.volumes == ["work"])
    #expect(sandbox.mark.keeper == "SandboxClaim/fixer")
    #expect(sandbox.mark.resourceVersion == "41")
    #expect(ForeignMark(json: sandbox.mark.json) == sandbox.mark)
  }

  @Test func aNamespaceThatIsNoTeamsIsNobodys() throws {
    let long = String(repeating: "n", count: 63)
    #expect(try #require(try read(namespace: "default")).team == nil)
    #expect(try #require(try read(namespace: long)).mark.namespace == long)
  }

  @Test func stockOfPoolsAndWhatIsOnItsWayToASessionIsNotListed() throws {
    #expect(try read(labels: ["agents.x-k8s.io/warm-pool-sandbox": "x"]) == nil)
    #expect(try read(owner: ["kind": "SandboxWarmPool", "name": "p", "uid": "w", "controller": true]) == nil)
    #expect(try read(labels: ["paddock.dev/agent": "fixer"]) == nil)
    // Claimed from a pool of ours: what says so stands in the template of its pod alone.
    let claim: JSONValue = ["kind": "SandboxClaim", "name": "fixer", "uid": "c", "controller": true]
    let ours: JSONValue = ["app.kubernetes.io/managed-by": "paddock"]
    #expect(try read(owner: claim, podLabels: ours) == nil)
    #expect(try read(owner: claim) != nil)
    #expect(try read(podLabels: ours) != nil, "nobody hides by a label that anybody can write")
    #expect(try read(labels: ["paddock.dev/session": .string(Sample.id.text), "paddock.dev/ended": "true"]) == nil)
  }

  @Test func aSessionsLabelIsForTheStoreToJudge() throws {
    let sandbox = try read(labels: ["paddock.dev/session": .string(Sample.id.text), "paddock.dev/team": "blue"])
    #expect(sandbox?.labelledSession == Sample.id)
  }

  @Test func theContainerThatIsMeantIsRead() throws {
    let said = pod(["running": [:]], annotations: ["kubectl.kubernetes.io/default-container": "main"])
    #expect(try read(pod: said)?.pod?.container == "main")
    let first = try #require(try read(pod: pod(["running": [:]]))?.pod)
    #expect(first.container == "proxy")
    #expect(first.restarts == 2)
    #expect(first.hasStarted && !first.hasEnded)
  }

  @Test func aContainerThatWaitsForItsNextStartHasALogThatHasEnded() throws {
    let waiting: JSONValue = ["waiting": ["reason": "CrashLoopBackOff"]]
    let crashed = try #require(try read(pod: pod(waiting, last: ["terminated": ["exitCode": 1]]))?.pod)
    #expect(crashed.hasStarted && crashed.hasEnded)
    #expect(try read(pod: pod(waiting))?.pod?.hasStarted == false)
  }

  @Test func aPodOfTheNameThatIsAnothersIsNoneOfIts() throws {
    var pod = pod(["running": [:]])
    pod.json = ["metadata": ["name": "theirs", "uid": "p"], "spec": ["containers": [["name": "main"]]]]
    #expect(try #require(try read(pod: pod)).pod == nil)
  }

  @Test func theTimesThatNodesPutIntoLongLinesAreTakenOut() {
    let text = String(repeating: "abcdefgh", count: 5_000)
    var line = ""
    for (index, character) in text.enumerated() {
      if index > 0, index % LogPieces.length == 0 { line += "2026-11-22T10:00:00.123456789Z " }
      line.append(character)
    }
    #expect(LogPieces.joined(ArraySlice(line.utf8)) == Array(text.utf8))
    #expect(LogPieces.joined(ArraySlice(text.utf8)) == Array(text.utf8))
  }
}
