import ControlModel
import KubernetesClient
import Testing

@testable import KubernetesSandboxEngine

@Suite struct RunnerRouteTests {
  @Test(arguments: [
    (RunnerRoute.auto, true, true, true), (.auto, false, false, true), (.proxy, true, false, true),
    (.proxy, false, false, true), (.direct, true, true, false), (.direct, false, true, false),
  ])
  func theWayFollowsFromTheRouteAndFromWhereTheCoreRuns(
    _ route: RunnerRoute, _ isInCluster: Bool, _ isDirect: Bool, _ usesProxy: Bool
  ) {
    let ways = RunnerWays(route, isInCluster: isInCluster)
    #expect(ways.isDirect == isDirect)
    #expect(ways.usesProxy == usesProxy)
  }

  private func pod(_ address: String?, phase: String = "Running") -> CoreV1.Pod {
    var pod = CoreV1.Pod(name: "agent", namespace: "team")
    var status: JSONObject = ["phase": .string(phase)]
    status["podIP"] = address.map(JSONValue.string)
    pod.json["status"] = .object(status)
    return pod
  }

  @Test func anAddressIsWrittenIntoAURLAsItsKindWantsIt() throws {
    #expect(try #require(PodAddress(of: pod("10.1.2.3"))).baseURL == "http://10.1.2.3:8377")
    #expect(try #require(PodAddress(of: pod("fd00:10::2"))).baseURL == "http://[fd00:10::2]:8377")
  }

  @Test func aPodWithoutAnAddressOrThatHasEndedHasNone() {
    #expect(PodAddress(of: pod(nil)) == nil)
    #expect(PodAddress(of: pod("")) == nil)
    #expect(PodAddress(of: pod("10.1.2.3", phase: "Failed")) == nil)
    #expect(PodAddress(of: pod("10.1.2.3", phase: "Succeeded")) == nil)
  }

  @Test(arguments: [
    "evil.example", "dead.beef", "10.1.2.3/..", "10.1.2.3@evil", "1.2.3", "fd00::1]", "fe80::1%eth0", "[fd00::1]",
  ])
  func whatIsNoAddressIsNeverAskedFor(_ text: String) {
    #expect(PodAddress(text, port: 8377) == nil)
  }

  @Test func anAddressThatTookNoConnectionIsLeftAloneForAWhile() throws {
    let (one, other) = (try #require(PodAddress("10.0.0.1", port: 1)), try #require(PodAddress("10.0.0.2", port: 1)))
    let start = ContinuousClock.now
    var detours = Detours()
    detours.note(one, at: start)
    #expect(detours.leads(around: one, at: start + .seconds(299)))
    #expect(!detours.leads(around: other, at: start))
    #expect(!detours.leads(around: one, at: start + .seconds(301)))
    detours.note(other, at: start + .seconds(301))
    #expect(!detours.leads(around: one, at: start))
  }
}
