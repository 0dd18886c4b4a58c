import ClusterSupport
import ControlModel
import HTTPTransport
import KubernetesClient
import KubernetesTestSupport
import Testing

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("A real node", .serialized, .timeLimit(.minutes(8)))
struct RealNodeTests {
  /// Serves port 8410, and logs each request as it was sent.
  private static let script = """
    echo started; printf 'no end of line'; echo oops >&2
    cat >/tmp/serve <<'SERVE'
    #!/bin/sh
    return=$(printf '\\r'); length=0
    while IFS= read -r line; do
      line=${line%"$return"}; echo "$line" >/proc/1/fd/1
      case $line in '') break ;; [Cc]ontent-[Ll]ength:*) length=${line#*: } ;; esac
    done
    head -c "$length" >/proc/1/fd/1
    printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello'
    SERVE
    chmod +x /tmp/serve; nc -ll -p 8410 -e /tmp/serve
    """

  private func run(
    _ command: [String], in space: TemporaryNamespace, _ streams: RemoteStreams = .init(), input: String = ""
  ) async throws -> (output: String, errors: String, outcome: RemoteCommandOutcome?) {
    let session = try await space.api.exec(command, in: "p", namespace: space.name, streams)
    if !input.isEmpty { try await session.write(Array(input.utf8)) }
    return try await all(session)
  }

  private func all(
    _ session: RemoteSession
  ) async throws -> (output: String, errors: String, outcome: RemoteCommandOutcome?) {
    var (output, errors): ([UInt8], [UInt8]) = ([], [])
    while let next = try await session.next() {
      switch next {
      case .output(let bytes): output += bytes
      case .errorOutput(let bytes): errors += bytes
      case .ended(let outcome): return (text(output), text(errors), outcome)
      }
    }
    return (text(output), text(errors), nil)
  }

  @Test("Commands run in a pod, with input, a terminal and their exit code")
  func execs() async throws {
    let space = try await TemporaryNamespace.ofRunningPod("p", ["sleep", "1000000"])
    let plain = try await run(["sh", "-c", "echo out; echo err >&2; exit 7"], in: space)
    #expect(plain.output == "out\n")
    #expect(plain.errors == "err\n")
    #expect(plain.outcome == .exited(7))
    let reading = try await run(
      ["sh", "-c", "read a; read b; echo \"$b$a\""], in: space, .init(hasInput: true), input: "one\ntwo\n")
    #expect(reading.output == "twoone\n")
    #expect(reading.outcome == .exited(0))
    let large = try await run(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"], in: space)
    #expect(large.output.utf8.count == 3_000_000)
    let missing = try await run(["no-such-program"], in: space)
    guard case .failed(let reason) = missing.outcome else {
      Issue.record("a program that is not there ends with \(String(describing: missing.outcome))")
      return
    }
    #expect(reason.contains("no-such-program"))

    let terminal = try await space.api.exec(
      ["sh"], in: "p", namespace: space.name, .init(hasInput: true, isTerminal: true))
    try await terminal.resize(columns: 101, rows: 37)
    try await terminal.write(Array("sleep 1; stty size; tty; exit 3\n".utf8))
    let shown = try await all(terminal)
    #expect(shown.output.contains("37 101"))
    #expect(shown.output.contains("/dev/pts/"))
    #expect(shown.outcome == .exited(3))
  }

  @Test("Attach speaks to what runs in the container")
  func attaches() async throws {
    let space = try await TemporaryNamespace.ofRunningPod("p", ["sh", "-c", "read line; echo \"got $line\"; exit 4"])
    let session = try await space.api.attach(to: "p", namespace: space.name, .init(hasInput: true))
    try await session.write(Array("hello\n".utf8))
    var output: [UInt8] = []
    while let next = try? await session.next() {
      if case .output(let bytes) = next { output += bytes }
    }
    #expect(text(output).contains("got hello"))
  }

  @Test("What exec cannot reach is told in the cluster's words")
  func refusals() async throws {
    let space = try await TemporaryNamespace.ofRunningPod("p", ["sleep", "1000000"])
    await #expect {
      _ = try await space.api.exec(["x"], in: "other", namespace: space.name)
    } throws: { error in
      "\(error)" == "There is no Pod other in \(space.name)."
    }
    await #expect {
      _ = try await space.api.exec(["x"], in: "p", namespace: space.name, .init(container: "side"))
    } throws: { error in
      "\(error)".contains("container side is not valid")
    }
  }

  @Test("Logs and the pod proxy carry every byte; of the head, all but Authorization")
  func logsAndProxy() async throws {
    let space = try await TemporaryNamespace.ofRunningPod("p", ["sh", "-c", .string(Self.script)])
    let token = try await Node.shared().token(serviceAccount: "default", in: space.name)
    var binding = RBACV1.ClusterRoleBinding(name: space.name)
    binding.json["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"]
    binding.json["subjects"] = [["kind": "ServiceAccount", "name": "default", "namespace": .string(space.name)]]
    _ = try await space.api.create(binding)

    var lines = try await space.api.log(of: "p", in: space.name, .init(follows: true, hasTimestamps: true))
      .makeAsyncIterator()
    var seen: [PodLogLine] = []
    for api in [space.api, try await Node.shared().api(Tokens(token))] {
      let proxy = api.proxy(to: "p", in: space.name, port: 8410)
      let request = HTTPRequest(
        "POST", "/v1/messages?a=b%20c",
        headers: [
          "Authorization": "Bearer for-the-pod", "X-Paddock-Token": "for-the-pod", "Content-Type": "text/plain",
        ],
        body: Array("body\n".utf8))
      // It may not listen yet.
      var tries = 300
      while true {
        do throws(KubernetesError) {
          let answer = try await proxy.send(request)
          #expect(answer.status == 200)
          #expect(text(answer.body) == "hello")
          break
        } catch {
          guard [500, 502, 503].contains(error.status?.code), tries > 0 else { throw error }
          tries -= 1
          try await Task.sleep(for: .milliseconds(100))
        }
      }
      while seen.last?.bytes != Array("body\n".utf8) || seen.isEmpty {
        seen += try #require(try await lines.next())
      }
      let head = seen.map { text($0.content) }
      #expect(head.contains { $0.hasPrefix("POST /v1/messages?a=b%20c ") || $0.contains("POST /v1/messages?a=b%20c ") })
      #expect(head.contains { $0.lowercased() == "x-paddock-token: for-the-pod" })
      #expect(!head.contains { $0.lowercased().hasPrefix("authorization:") })
      #expect(seen.allSatisfy { $0.timestamp != nil })
      seen = []
    }
    let whole = try await space.api.log(of: "p", in: space.name, .init(start: .lines(1)))
    var last: [PodLogLine] = []
    for try await batch in whole { last += batch }
    #expect(last.map(\.bytes) == [Array("body\n".utf8)])
    await #expect(throws: KubernetesError.self) {
      _ = try await space.api.proxy(to: "p", in: space.name, port: 1).send(HTTPRequest("GET", "/"))
    }
  }
}
