import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import Testing

@Suite struct ReadingTests {
  private func sandbox(
    _ conditions: String, mode: String = "Running",
    labels: String = #""paddock.dev/session":"0190a0a0-0000-7000-8000-0123456789ab","paddock.dev/generation":"2""#
  ) throws -> AgentsV1Beta1.Sandbox {
    try #require(
      AgentsV1Beta1.Sandbox(
        reading: JSONValue(
          parsing: """
            {"apiVersion":"agents.x-k8s.io/v1beta1","kind":"Sandbox","metadata":{"name":"fixer-1","namespace":"paddock-research",
             "uid":"u1","resourceVersion":"7","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z","labels":{\(labels)}},
             "spec":{"operatingMode":"\(mode)"},"status":{"conditions":[\(conditions)]}}
            """)))
  }

  private func pod(_ status: String, metadata: String = "") throws -> CoreV1.Pod {
    try #require(
      CoreV1.Pod(
        reading: JSONValue(
          parsing: """
            {"metadata":{"name":"fixer-1","namespace":"paddock-research"\(metadata)},"spec":{"nodeName":"node-1"},"status":\(status)}
            """)))
  }

  private func read(_ object: AgentsV1Beta1.Sandbox, _ pod: CoreV1.Pod? = nil) -> Sandbox? {
    SandboxReading(object: object, pod: pod, names: ClusterNames()).sandbox
  }

  private func ready(_ status: String, _ reason: String, generation: Int = 3) -> String {
    #"{"type":"Ready","status":"\#(status)","reason":"\#(reason)","message":"m","observedGeneration":\#(generation),"lastTransitionTime":"2026-01-02T03:04:06Z"}"#
  }

  @Test func aReadySandboxIsReadAsOne() throws {
    let sandbox = try #require(read(sandbox(ready("True", "DependenciesReady")), pod(#"{"phase":"Running"}"#)))
    #expect(sandbox.isReady)
    #expect(sandbox.generation == 2)
    #expect(sandbox.reference.team.text == "research")
    #expect(sandbox.reference.uid == "u1/2")
    #expect(sandbox.node == "node-1")
  }

  @Test func aConditionOfAnEarlierSpecSaysNothing() throws {
    let sandbox = try #require(read(sandbox(ready("True", "DependenciesReady", generation: 2))))
    #expect(!sandbox.isReady)
  }

  @Test(arguments: [
    ("DeletionByTaintManager", "NodeLost", "given up the node node-1"),
    ("EvictionByEvictionAPI", "Evicted", "taken off"),
    ("PreemptionByScheduler", "Preempted", "gives way"), ("TerminationByKubelet", "Evicted", "the node node-1"),
  ])
  func whatTheClusterDoesToAPodIsNamed(reason: String, word: String, phrase: String) throws {
    let condition = #"{"type":"DisruptionTarget","status":"True","reason":"\#(reason)","message":"why"}"#
    let status = #"{"phase":"Running","conditions":[\#(condition)]}"#
    // Upstream, a lost node's pod goes on as Running, and is not ready; later it is being deleted.
    for metadata in ["", #","deletionTimestamp":"2026-01-02T03:05:00Z""#] {
      let read = try read(sandbox(ready("False", "PodNotReady")), pod(status, metadata: metadata))
      let condition = try #require(read?.condition("Ready"))
      #expect(condition.reason == word && condition.message.contains(phrase) && condition.message.contains("why"))
    }
    let ended = #"{"type":"Finished","status":"True","reason":"PodSucceeded","message":"m"}"#
    let pod = try pod(#"{"phase":"Succeeded","conditions":[\#(condition)]}"#)
    let finished = try read(sandbox(ready("False", "x") + "," + ended), pod)?.condition("Finished")
    #expect(finished?.reason == word && finished?.message.contains(phrase) == true)
  }

  @Test func aPodThatIsBeingDeletedIsNotReady() throws {
    let leaving = try pod(#"{"phase":"Running"}"#, metadata: #","deletionTimestamp":"2026-01-02T03:05:00Z""#)
    #expect(try read(sandbox(ready("True", "DependenciesReady")), leaving)?.isReady == false)
  }

  @Test(arguments: [
    (
      #"{"phase":"Pending","containerStatuses":[{"name":"agent","state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"x\""}}}]}"#,
      "ImagePullBackOff", #"ImagePullBackOff: Back-off pulling image "x""#
    ),
    (
      #"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available"}]}"#,
      "Unschedulable", "Unschedulable: 0/3 nodes are available"
    ),
    (
      #"{"phase":"Running","containerStatuses":[{"name":"agent","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}"#,
      "OOMKilled", "OOMKilled: Container 'agent' was killed: it used more memory than its limit."
    ),
    (
      #"{"phase":"Pending","initContainerStatuses":[{"name":"workspace","state":{"terminated":{"exitCode":128,"reason":"Error","message":"a\nfatal: no such repository."}}}]}"#,
      "Error", "Error: Container 'workspace' ended with status 128: fatal: no such repository."
    ),
    (#"{"phase":"Unknown"}"#, "NodeLost", "NodeLost: The node node-1 no longer answers."),
  ]) func aPodThatDoesNotRunSaysWhyInTheClustersWords(status: String, reason: String, message: String) throws {
    let sandbox = try #require(read(sandbox(ready("False", "DependenciesNotReady")), pod(status)))
    #expect(sandbox.condition("Ready")?.reason == reason)
    #expect(sandbox.condition("Ready")?.message == message)
  }

  @Test func anEvictedPodIsAnEndThatMayBeTriedAgain() throws {
    let finished = #"{"type":"Finished","status":"True","reason":"PodFailed","message":"","observedGeneration":3}"#
    let evicted = try pod(#"{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}"#)
    let sandbox = try #require(read(sandbox("\(ready("False", "PodFailed")),\(finished)"), evicted))
    #expect(sandbox.isFinished)
    #expect(sandbox.condition("Finished")?.reason == "Evicted")
    #expect(sandbox.condition("Finished")?.message == "Evicted: The node was low on resource: memory.")
  }

  @Test func oneThatHasEndedAndOneThatWaitsInAPoolAreNotThere() throws {
    #expect(try read(sandbox("", labels: #""paddock.dev/ended":"true""#)) == nil)
    #expect(try read(sandbox("", labels: #""agents.x-k8s.io/warm-pool-sandbox":"1a2b""#)) == nil)
  }

  @Test func oneThatOthersMadeIsForeign() throws {
    let sandbox = try #require(read(sandbox(ready("True", "DependenciesReady"), labels: "")))
    #expect(sandbox.isForeign)
    #expect(sandbox.reference.uid == "u1")
  }
}
