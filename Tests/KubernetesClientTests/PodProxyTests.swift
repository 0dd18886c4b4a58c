import HTTPTransport
import LoopbackServer
import Testing

@testable import KubernetesClient

@Suite("Pod proxy")
struct PodProxyTests {
  @Test("Requests go through the API server, which alone gets the credentials for it")
  func passesOn() async throws {
    let server = try LoopbackAPI([LoopbackAPI.reply("409 Conflict", "not now"), LoopbackAPI.stream(["x"])])
    let api = try KubernetesAPI(
      APIServerConnection(baseURL: server.url, impersonation: ["Impersonate-User": "bob"], credentials: Bearer()))
    let proxy = api.proxy(to: "p", in: "n", port: 8410)
    let answer = try await proxy.send(
      HTTPRequest(
        "POST", "/v1/messages?a=b", headers: ["Authorization": "Bearer pod", "X-Paddock-Token": "t"],
        body: [0x7B, 0x7D]))
    #expect(answer.status == 409)
    #expect(answer.body == Array("not now".utf8))
    let request = server.requests[0]
    #expect(request.line == "POST /api/v1/namespaces/n/pods/p:8410/proxy/v1/messages?a=b HTTP/1.1")
    #expect(request.field("authorization") == "Bearer server")
    #expect(request.field("impersonate-user") == "bob")
    #expect(request.field("x-paddock-token") == "t")
    #expect(request.body == [0x7B, 0x7D])
    guard case .stream(let stream) = try await proxy.stream(HTTPRequest("GET", "/v1/events")) else {
      Issue.record("an answer of 200 is no stream")
      return
    }
    #expect(try await stream.body.next() == Array("x".utf8))
  }

  @Test("What the API server says itself is told from what the pod says")
  func tellsApart() async throws {
    let refusal =
      #"{"kind":"Status","code":503,"reason":"ServiceUnavailable","message":"error trying to reach service"}"#
    let server = try LoopbackAPI([
      LoopbackAPI.reply("503 Service Unavailable", refusal), LoopbackAPI.reply("503 Service Unavailable", refusal),
      LoopbackAPI.reply("401 Unauthorized", "the pod's own"),
    ])
    let proxy = try server.api().proxy(to: "p", in: "n", port: 1)
    await #expect(throws: KubernetesError.self) { _ = try await proxy.send(HTTPRequest("GET", "/")) }
    await #expect(throws: KubernetesError.self) { _ = try await proxy.stream(HTTPRequest("GET", "/")) }
    #expect(try await proxy.send(HTTPRequest("GET", "/")).status == 401)
    #expect(server.requests.count == 3)
  }
}

private struct Bearer: CredentialSource {
  func current() -> Credential { .bearer("server") }
  func refused(_ credential: Credential) {}
}
