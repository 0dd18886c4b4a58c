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

  private func event(_ reason: String, _ message: String, at time: String, of pod: String = "fixer-1") throws
    -> ClusterEvent
  {
    ClusterEvent(
      time: try #require(Timestamp(time)), isWarning: true, reason: reason, message: message, object: "Pod/\(pod)")
  }

  /// The kubelet of an evicted pod may say `Succeeded`, and why in an event alone.
  @Test func anEvictionIsNamedThoughItsPodSaysNothing() throws {
    let ended = #"{"type":"Finished","status":"True","reason":"PodSucceeded","message":"m"}"#
    let object = try sandbox(ready("False", "x") + "," + ended)
    let pod = try pod(#"{"phase":"Succeeded"}"#, metadata: #","creationTimestamp":"2026-01-02T03:04:05Z""#)
    let evicted = try event("Evicted", "The node was low on resource: memory.", at: "2026-01-02T04:00:00Z")
    func finished(_ events: [ClusterEvent]) -> Sandbox.Condition? {
      SandboxReading(object: object, pod: pod, names: ClusterNames(), events: events).sandbox?.condition("Finished")
    }
    #expect(finished([])?.reason == "PodEnded")
    #expect(finished([evicted])?.reason == "Evicted")
    #expect(
      finished([evicted])?.message == "Evicted: The node node-1: The node was low on resource: memory.")
    // What befell an earlier pod of the name, or another pod, is not its story.
    #expect(finished([try event("Evicted", "old", at: "2026-01-02T03:00:00Z")])?.reason == "PodEnded")
    #expect(finished([try event("Evicted", "other", at: "2026-01-02T04:00:00Z", of: "other")])?.reason == "PodEnded")
  }

  @Test func aNodeThatNoLongerAnswersIsNamed() throws {
    let status =
      #"{"phase":"Running","conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-01-02T04:00:00Z"}]}"#
    let pod = try pod(status, metadata: #","creationTimestamp":"2026-01-02T03:04:05Z""#)
    func reason(_ time: String) throws -> String? {
      let event = try event("NodeNotReady", "Node is not ready", at: time)
      return SandboxReading(
        object: try sandbox(ready("False", "DependenciesNotReady")), pod: pod, names: ClusterNames(), events: [event]
      ).sandbox?.condition("Ready")?.message
    }
    #expect(try reason("2026-01-02T04:00:01Z") == "NodeLost: The node node-1 no longer answers.")
    // It came back, and what is wrong now is something else.
    #expect(try reason("2026-01-02T03:30:00Z") == "m")
  }

  /// Upstream's Ready waits for the pod's probe, which is a second or two late.
  @Test(arguments: [
    ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", true), ("2026-01-02T03:04:06Z", "2026-01-02T03:04:06Z", true),
    // It was ready, and is no longer.
    ("2026-01-02T03:05:00Z", "2026-01-02T03:04:06Z", false),
  ])
  func aRunnerIsAskedAsSoonAsItsContainerRuns(changed: String, started: String, isReady: Bool) throws {
    let condition = #"{"type":"Ready","status":"False","lastTransitionTime":"\#(changed)"}"#
    let status = #"{"name":"agent","state":{"running":{"startedAt":"\#(started)"}}}"#
    let pod = try pod(#"{"phase":"Running","conditions":[\#(condition)],"containerStatuses":[\#(status)]}"#)
    #expect(try read(sandbox(ready("False", "DependenciesNotReady")), pod)?.isReady == isReady)
    let others = try read(sandbox(ready("False", "DependenciesNotReady"), labels: ""), pod)
    #expect(others?.isReady == false, "what others mean by their probes is theirs")
  }

  @Test func whatHindersAStartIsNamed() throws {
    let pod = try pod(
      #"{"phase":"Pending","containerStatuses":[{"name":"agent","state":{"waiting":{"reason":"ContainerCreating"}}}]}"#)
    let mount = try event("FailedMount", "Unable to attach or mount volumes", at: "2026-01-02T04:00:00Z")
    let read = SandboxReading(
      object: try sandbox(ready("False", "DependenciesNotReady")), pod: pod, names: ClusterNames(), events: [mount])
    #expect(read.sandbox?.condition("Ready")?.message == "FailedMount: Unable to attach or mount volumes")
  }

  @Test func aRunnerThatWasToldToStopHasNotFailed() throws {
    let state = #"{"name":"agent","state":{"terminated":{"exitCode":143,"reason":"Error"}}}"#
    let ended = #"{"type":"Finished","status":"True","reason":"PodFailed","message":"m"}"#
    let pod = try pod(#"{"phase":"Failed","containerStatuses":[\#(state)]}"#)
    let finished = try read(sandbox(ready("False", "x") + "," + ended), pod)?.condition("Finished")
    #expect(
      finished?.message == "Error: Container 'agent' was told to stop, and the cluster does not say why.")
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
