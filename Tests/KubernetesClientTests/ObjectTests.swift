import ControlModel
import KubernetesClient
import Testing

@Suite("Objects")
struct ObjectTests {
  @Test("What Paddock does not read of an object is still there, in its order, when the object is written")
  func keepsTheRest() throws {
    let text =
      #"{"apiVersion":"agents.x-k8s.io/v1beta1","kind":"Sandbox","metadata":{"name":"a","x":1.50},"#
      + #""spec":{"future":{"deep":[null,18446744073709551615]},"operatingMode":"Suspended"}}"#
    let sandbox = try #require(AgentsV1Beta1.Sandbox(reading: JSONValue(parsing: text)))
    #expect(sandbox.operatingMode == .suspended)
    #expect(JSONValue.object(sandbox.json).text == text)
  }

  @Test("managedFields are left out, which keeps them as they are when the object is written")
  func leavesManagedFieldsOut() throws {
    let value = try JSONValue(
      parsing: #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","managedFields":[{}],"uid":"u"},"spec":{}}"#)
    let pod = try #require(CoreV1.Pod(reading: value))
    #expect(
      JSONValue.object(pod.json).text
        == #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","uid":"u"},"spec":{}}"#)
  }

  @Test("An item of a built-in list, which does not say its kind, is told it")
  func fillsInTheKind() throws {
    let pod = try #require(CoreV1.Pod(reading: JSONValue(parsing: #"{"metadata":{"name":"a"}}"#)))
    #expect(JSONValue.object(pod.json).text == #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#)
  }

  @Test(
    "JSON without a name is no object",
    arguments: ["null", "[]", "{}", #"{"metadata":{}}"#, #"{"metadata":{"name":""}}"#, #"{"metadata":"name"}"#])
  func needsAName(text: String) throws {
    #expect(CoreV1.Pod(reading: try JSONValue(parsing: text)) == nil)
  }

  @Test("Metadata are read, with owners and times")
  func readsMetadata() throws {
    let pod = try #require(
      CoreV1.Pod(
        reading: JSONValue(
          parsing: """
            {"metadata":{"name":"p","namespace":"team-a","uid":"u-1","resourceVersion":"42","generation":7,
            "creationTimestamp":"2026-11-22T20:18:00Z","deletionTimestamp":null,"labels":{"a":"b","n":3},
            "finalizers":["f"],"ownerReferences":[{"kind":"Job","name":"j","uid":"x"},
            {"apiVersion":"agents.x-k8s.io/v1beta1","kind":"Sandbox","name":"s","uid":"y","controller":true}]}}
            """)))
    let metadata = pod.metadata
    #expect(metadata.name == "p")
    #expect(metadata.namespace == "team-a")
    #expect(metadata.generation == 7)
    #expect(metadata.creationTimestamp == Timestamp("2026-11-22T20:18:00Z"))
    #expect(metadata.deletionTimestamp == nil)
    #expect(metadata.labels == ["a": "b"])
    #expect(metadata.finalizers == ["f"])
    #expect(metadata.controller?.name == "s")
    #expect(
      pod.reference == ObjectReference(namespace: "team-a", name: "p", uid: "u-1", resourceVersion: "42"))
    #expect(pod.description == "Pod p in team-a")
  }

  @Test("A pod tells why its containers wait or how they ended")
  func readsContainerStates() throws {
    let pod = try #require(
      CoreV1.Pod(
        reading: JSONValue(
          parsing: """
            {"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[{"name":"agent"},{"name":"side"}]},
            "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady"}],
            "containerStatuses":[
            {"name":"agent","ready":false,"restartCount":3,"image":"i","state":{"waiting":{"reason":"CrashLoopBackOff",
            "message":"back-off"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled",
            "finishedAt":"2026-11-22T20:18:00Z"}}},
            {"name":"side","ready":true,"state":{"running":{"startedAt":"2026-11-22T20:18:00Z"}},"lastState":{}}]}}
            """)))
    #expect(pod.containerNames == ["agent", "side"])
    #expect(!pod.isReady)
    let statuses = pod.containerStatuses
    #expect(statuses.map(\.name) == ["agent", "side"])
    #expect(statuses[0].state == .waiting(reason: "CrashLoopBackOff", message: "back-off"))
    guard case .terminated(let termination) = statuses[0].lastState else {
      Issue.record("the last state is not read")
      return
    }
    #expect(termination.exitCode == 137)
    #expect(termination.reason == "OOMKilled")
    #expect(statuses[1].state == .running(since: Timestamp("2026-11-22T20:18:00Z")))
    #expect(statuses[1].lastState == .unknown)
  }

  @Test("An event of either generation tells when it was last seen and by whom")
  func readsEvents() throws {
    let old = try #require(
      CoreV1.Event(
        reading: JSONValue(
          parsing: """
            {"metadata":{"name":"e"},"type":"Warning","reason":"BackOff","count":5,"lastTimestamp":"2026-11-22T20:18:00Z",
            "source":{"component":"kubelet"},"involvedObject":{"kind":"Pod","name":"p","uid":"u"},"reportingComponent":""}
            """)))
    #expect(old.count == 5)
    #expect(old.component == "kubelet")
    #expect(old.involvedObject.uid == "u")
    let new = try #require(
      CoreV1.Event(
        reading: JSONValue(
          parsing: """
            {"metadata":{"name":"e"},"type":"Normal","reason":"Scheduled","eventTime":"2026-11-22T20:18:00.123456Z",
            "lastTimestamp":null,"reportingComponent":"default-scheduler","series":null}
            """)))
    #expect(new.lastSeen == Timestamp("2026-11-22T20:18:00.123456Z"))
    #expect(new.component == "default-scheduler")
    #expect(new.count == 1)
  }

  @Test("A sandbox that was adopted from a pool names its pod; any other bears its pod's name")
  func namesThePod() throws {
    let cold = AgentsV1Beta1.Sandbox(name: "s", namespace: "team-a")
    #expect(cold.podName == "s")
    let warm = try #require(
      AgentsV1Beta1.Sandbox(
        reading: JSONValue(
          parsing: #"{"metadata":{"name":"s","annotations":{"agents.x-k8s.io/pod-name":"pool-x7"}}}"#)))
    #expect(warm.podName == "pool-x7")
  }

  @Test("The outline of a sandbox tells all but what its pod and its volumes are made from")
  func outlinesASandbox() throws {
    let text = """
      {"apiVersion":"agents.x-k8s.io/v1beta1","kind":"Sandbox","metadata":{"name":"a","annotations":\
      {"kubectl.kubernetes.io/last-applied-configuration":"{}","kept":"yes"}},"spec":{"podTemplate":{"metadata":{},\
      "spec":{"containers":[{"name":"agent","env":[{"name":"A"}],"image":"i:1"}],"volumes":[]}},\
      "volumeClaimTemplates":[{"metadata":{"name":"work"},"spec":{}}],"operatingMode":"Suspended"},"status":{"podIPs":["10.0.0.1"]}}
      """
    let outline = """
      {"apiVersion":"agents.x-k8s.io/v1beta1","kind":"Sandbox","metadata":{"name":"a","annotations":{"kept":"yes"}},\
      "spec":{"operatingMode":"Suspended","volumeClaimTemplates":[{"metadata":{"name":"work"}}],\
      "podTemplate":{"spec":{"containers":[{"name":"agent","image":"i:1"}]}}},\
      "status":{"podIPs":["10.0.0.1"]}}
      """
    let sandbox = try #require(AgentsV1Beta1.Sandbox(reading: JSONValue(parsing: text)))
    #expect(JSONValue.object(sandbox.outline.json).text == outline)
    #expect(sandbox.outline.outline == sandbox.outline)
  }

  @Test("Text that shows an object shows nothing of a secret")
  func hidesSecrets() throws {
    let secret = try #require(
      CoreV1.Secret(reading: JSONValue(parsing: #"{"metadata":{"name":"s"},"data":{"token":"aHVudGVyMg=="}}"#)))
    #expect("\(secret)" == "Secret s")
    #expect(secret.keys == ["token"])
  }

  @Test("Paths follow the API's rules and encode what a name must not hold")
  func makesPaths() {
    #expect(CoreV1.Pod.type.path(namespace: "a", name: "b") == "/api/v1/namespaces/a/pods/b")
    #expect(CoreV1.Pod.type.path(namespace: nil) == "/api/v1/pods")
    #expect(
      AgentsV1Beta1.Sandbox.type.path(namespace: "a")
        == "/apis/agents.x-k8s.io/v1beta1/namespaces/a/sandboxes")
    #expect(CoreV1.Namespace.type.path(namespace: "ignored", name: "x") == "/api/v1/namespaces/x")
    #expect(CoreV1.Pod.type.path(namespace: "a/../b", name: "c?d") == "/api/v1/namespaces/a%2F..%2Fb/pods/c%3Fd")
  }

  @Test("An access is told in the words of roles")
  func describesAccess() {
    typealias Access = AuthorizationV1.Access
    #expect(
      "\(Access("create", CoreV1.Pod.type, subresource: "exec", namespace: "team-a"))" == "create pods/exec in team-a")
    #expect("\(Access("list", AgentsV1Beta1.Sandbox.type))" == "list sandboxes.agents.x-k8s.io")
  }
}
