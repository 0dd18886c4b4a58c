import ControlModel
import LoopbackServer
import Testing

@testable import KubernetesClient

private func statusText(_ code: Int, _ reason: String, _ message: String = "", name: String? = nil) -> String {
  let details = name.map { #","details":{"name":"\#($0)"}"# } ?? ""
  return #"{"kind":"Status","code":\#(code),"reason":"\#(reason)","message":"\#(message)"\#(details)}"#
}

private let podBody = podText("a", 7)

@Suite("Requests")
struct RequestTests {
  @Test("A list is read page by page, and says what it selects")
  func pages() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("200 OK", pageText(10, [podText("a", 1)], continueToken: "x=/+")),
      LoopbackAPI.reply("200 OK", pageText(10, [podText("b", 2)])),
    ])
    let pods = try await server.api().list(Pod.self, in: "n", ObjectSelector(labels: "a=b,c"))
    #expect(pods.map(\.name) == ["a", "b"])
    #expect(server.requests.map(\.target) == ["GET /api/v1/namespaces/n/pods", "GET /api/v1/namespaces/n/pods"])
    #expect(server.requests[0].query == ["labelSelector": "a%3Db%2Cc", "limit": "500"])
    #expect(server.requests[1].query["continue"] == "x%3D%2F%2B")
  }

  @Test("A list whose pages have expired is made again in one piece")
  func expiredPages() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("200 OK", pageText(10, [podText("a", 1)], continueToken: "t")),
      LoopbackAPI.reply("410 Gone", statusText(410, "Expired")),
      LoopbackAPI.reply("200 OK", pageText(20, [podText("b", 12)])),
    ])
    #expect(try await server.api().list(Pod.self).map(\.name) == ["b"])
    #expect(server.requests[2].query.isEmpty)
  }

  @Test("An object that is not there is nil to find and an error to get")
  func missing() async throws {
    let answer = LoopbackAPI.reply("404 Not Found", statusText(404, "NotFound", #"pods \"a\" not found"#, name: "a"))
    let server = try LoopbackAPI([answer, answer])
    let api = try server.api()
    #expect(try await api.find(Pod.self, "a", in: "n") == nil)
    await #expect {
      _ = try await api.get(Pod.self, "a", in: "n")
    } throws: { error in
      "\(error)" == "There is no Pod a in n."
    }
  }

  @Test("A kind that the cluster does not serve is told from an object that is not there")
  func unknownKind() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("404 Not Found", "404 page not found\n")
    ])
    await #expect {
      _ = try await server.api().list(AgentsV1Beta1.Sandbox.self)
    } throws: { error in
      "\(error)"
        == "The cluster has no sandboxes.agents.x-k8s.io: nothing serves agents.x-k8s.io/v1beta1 Sandbox."
    }
  }

  @Test("What is forbidden is told as which verb on what, for whom")
  func forbidden() async throws {
    let message =
      #"pods \"web\" is forbidden: User \"alice\" cannot create resource \"pods/exec\" in API group \"\" in the namespace \"n\""#
    let server = try LoopbackAPI([LoopbackAPI.reply("403 Forbidden", statusText(403, "Forbidden", message))])
    await #expect {
      _ = try await server.api().get(Pod.self, "web", in: "n")
    } throws: { error in
      "\(error)" == "alice may not create pods web in n."
    }
  }

  @Test("Server-side apply names its manager, and forces only when told")
  func applies() async throws {
    let server = try LoopbackAPI([LoopbackAPI.reply("200 OK", podBody), LoopbackAPI.reply("200 OK", podBody)])
    let api = try server.api()
    let pod = Pod(name: "a", namespace: "n", labels: ["z": "1", "b": "2"], spec: ["x": 1])
    _ = try await api.apply(pod, manager: "paddock core")
    _ = try await api.apply(pod, manager: "m", force: true, subresource: "status")
    let requests = server.requests
    #expect(requests[0].target == "PATCH /api/v1/namespaces/n/pods/a")
    #expect(requests[0].query == ["fieldManager": "paddock%20core", "force": "false"])
    #expect(requests[0].field("content-type") == "application/apply-patch+yaml")
    #expect(
      String(decoding: requests[0].body, as: UTF8.self)
        == #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n","labels":{"b":"2","z":"1"}},"#
        + #""spec":{"x":1}}"#)
    #expect(requests[1].target == "PATCH /api/v1/namespaces/n/pods/a/status")
    #expect(requests[1].query["force"] == "true")
  }

  @Test("A patch and a deletion carry what must still be true")
  func preconditions() async throws {
    let server = try LoopbackAPI([LoopbackAPI.reply("200 OK", podBody), LoopbackAPI.reply("200 OK", podBody)])
    let api = try server.api()
    let conditions = Preconditions(uid: "u", resourceVersion: "7")
    let patch: JSONObject = ["metadata": ["labels": ["a": nil]], "spec": ["b": 1]]
    _ = try await api.patch(Pod.self, "a", in: "n", with: patch, if: conditions)
    #expect(try await api.delete(Pod.self, "a", in: "n", if: conditions, propagation: .foreground, gracePeriod: 3))
    let requests = server.requests
    #expect(requests[0].field("content-type") == "application/merge-patch+json")
    #expect(
      String(decoding: requests[0].body, as: UTF8.self)
        == #"{"metadata":{"labels":{"a":null},"uid":"u","resourceVersion":"7"},"spec":{"b":1}}"#)
    #expect(
      String(decoding: requests[1].body, as: UTF8.self)
        == #"{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","#
        + #""preconditions":{"uid":"u","resourceVersion":"7"},"gracePeriodSeconds":3}"#)
  }

  @Test("After a 401 other credentials are tried, once")
  func renewsCredentials() async throws {
    let refusal = LoopbackAPI.reply("401 Unauthorized", statusText(401, "Unauthorized"))
    let server = try LoopbackAPI([refusal, LoopbackAPI.reply("200 OK", podBody), refusal, refusal])
    let api = try server.api(Tokens("one", "two", "three", "four"))
    _ = try await api.get(Pod.self, "a", in: "n")
    await #expect(throws: KubernetesError.self) { _ = try await api.get(Pod.self, "a", in: "n") }
    #expect(
      server.requests.map { $0.field("authorization") } == [
        "Bearer one", "Bearer two", "Bearer two", "Bearer three",
      ])
  }

  @Test("Overload is waited for, as the server asks, also by a create")
  func waitsForOverload() async throws {
    let server = try LoopbackAPI([
      LoopbackAPI.reply("429 Too Many Requests", "slow down", headers: "Retry-After: 1\r\n"),
      LoopbackAPI.reply("201 Created", podBody),
    ])
    let start = ContinuousClock.now
    _ = try await server.api().create(Pod(name: "a", namespace: "n"))
    #expect(ContinuousClock.now - start >= .seconds(1))
    #expect(server.requests.map(\.target) == Array(repeating: "POST /api/v1/namespaces/n/pods", count: 2))
  }

  @Test("What was perhaps carried out is made again only where that does no harm")
  func repeatsOnlyTheHarmless() async throws {
    let unavailable = LoopbackAPI.reply("503 Service Unavailable", "")
    let server = try LoopbackAPI([unavailable, LoopbackAPI.reply("200 OK", podBody), unavailable])
    let api = try server.api()
    _ = try await api.get(Pod.self, "a", in: "n")
    await #expect(throws: KubernetesError.self) { _ = try await api.create(Pod(name: "a", namespace: "n")) }
    #expect(server.requests.count == 3)
  }

  @Test(
    "The rules for making a request again",
    arguments: [
      (503, nil, true, true), (503, nil, false, false), (429, nil, false, true), (429, 29, true, true),
      (429, 31, true, false), (500, nil, true, false), (409, nil, true, false), (422, nil, true, false),
    ] as [(Int, Int64?, Bool, Bool)])
  func retryRules(code: Int, retryAfter: Int64?, isRepeatable: Bool, isRetried: Bool) {
    var status = KubernetesStatus(httpStatus: code, body: [])
    status.retryAfterHeader = retryAfter
    var policy = RetryPolicy(retries: 2, isRepeatable: isRepeatable)
    let error = KubernetesError.refused(status, RequestSubject("get", Pod.type))
    let decision = policy.decide(error)
    #expect((decision != .giveUp) == isRetried)
    if isRetried {
      #expect(policy.decide(error) != .giveUp)
      #expect(policy.decide(error) == .giveUp)
    }
  }

  @Test("An answer that is no object is an error that names the request")
  func unreadable() async throws {
    for body in ["", "<html>", "[]", "{}"] {
      let server = try LoopbackAPI([LoopbackAPI.reply("200 OK", body)])
      await #expect {
        _ = try await server.api().get(Pod.self, "a", in: "n")
      } throws: { error in
        "\(error)".hasPrefix("The API server's answer to get pods a in n cannot be read: it is no ")
      }
    }
  }
}
