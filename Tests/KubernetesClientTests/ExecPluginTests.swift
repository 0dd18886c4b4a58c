import ControlModel
import Glibc
import HTTPTransport
import Testing

@testable import KubernetesClient

@Suite struct ExecPluginTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The source of a user whose plugin is this shell script; it counts its runs in the file `runs`.
  private func source(
    _ script: String, version: String = "v1", extra: String = "", limit: Duration = .seconds(60)
  ) throws -> ExecCredentialSource {
    try folder.write("plugin", "#!/bin/sh\ncd '\(folder.path)'\necho run >> runs\n\(script)\n", mode: 0o700)
    let text = """
      current-context: c
      contexts: [{name: c, context: {cluster: k, user: me}}]
      clusters:
      - name: k
        cluster:
          server: https://127.0.0.1:6443
          certificate-authority-data: \(Certificates.firstData)
          extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a, n: 1}}]
      users:
      - name: me
        user:
          exec:
            apiVersion: client.authentication.k8s.io/\(version)
            command: ./plugin
            args: [get, "a token"]
            env: [{name: MARK, value: "m 1"}]
            interactiveMode: IfAvailable
            \(extra)
      """
    let config = try Kubeconfig(parsing: text, path: "\(folder.path)/config")
    let plugin = try #require(config.users.first?.plugin)
    let cluster = try #require(config.clusters.first)
    let info = ExecPlugin.Cluster(
      server: try cluster.baseURL(), tls: try cluster.tls(), configuration: cluster.pluginConfiguration)
    return ExecCredentialSource(
      plugin, user: "me", cluster: info, environment: KubeconfigSource.processEnvironment, limit: limit)
  }

  private static func answer(_ status: String, version: String = "v1") -> String {
    """
    cat <<END
    {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/\(version)", "status": {\(status)}}
    END
    """
  }

  private var runs: Int { folder.read("runs").split(separator: "\n").count }

  @Test func tellsThePluginWhatItAsksFor() async throws {
    let script = """
      echo "$KUBERNETES_EXEC_INFO" > info
      \(Self.answer("\"token\": \"$1 $2 $MARK\"", version: "v1beta1"))
      """
    let source = try source(script, version: "v1beta1", extra: "provideClusterInfo: true")
    #expect(try await source.current() == .bearer("get a token m 1"))
    let info = try JSONValue(parsing: Array(folder.read("info").utf8))
    #expect(info["apiVersion"] == "client.authentication.k8s.io/v1beta1")
    #expect(
      info["spec"] == [
        "interactive": false,
        "cluster": [
          "server": "https://127.0.0.1:6443", "certificate-authority-data": .string(Certificates.firstData),
          "config": ["audience": "a", "n": 1],
        ],
      ])
  }

  @Test func runsOnceForAllThatAskUntilItsCredentialIsRefused() async throws {
    let source = try source("sleep 0.2\n" + Self.answer("\"token\": \"t$(wc -l < runs)\""))
    try await withThrowingTaskGroup(of: Credential.self) { group in
      for _ in 0..<50 { group.addTask { try await source.current() } }
      for try await credential in group { #expect(credential == .bearer("t1")) }
    }
    #expect(runs == 1)
    await source.refused(.bearer("t0"))
    _ = try await source.current()
    #expect(runs == 1)
    await source.refused(.bearer("t1"))
    #expect(try await source.current() == .bearer("t2"))
  }

  @Test func keepsACredentialUntilItExpires() async throws {
    let old = try source(Self.answer("\"token\": \"t\", \"expirationTimestamp\": \"2020-01-01T00:00:00Z\""))
    _ = try await old.current()
    _ = try await old.current()
    #expect(runs == 2)
    let good = try source(Self.answer("\"token\": \"t\", \"expirationTimestamp\": \"2999-01-01T00:00:00Z\""))
    _ = try await good.current()
    _ = try await good.current()
    #expect(runs == 3)
  }

  @Test func takesAClientCertificate() async throws {
    let source = try source(Self.answer("\"clientCertificateData\": \"C\", \"clientKeyData\": \"K\""))
    #expect(
      try await source.current() == .certificate(.init(certificate: Array("C".utf8), key: Array("K".utf8))))
  }

  @Test(arguments: [
    ("echo ' log in\tfirst. ' >&2; exit 3", "ended with status 3: log in first"),
    ("kill -9 $$", "ended with status 137"),
    ("echo secret", "printed something that is not JSON"),
    ("echo '{}'", "printed no ExecCredential"),
    (answer(""), "printed neither a token nor a client certificate"),
    (answer("\"clientKeyData\": \"secret\""), "printed only one of clientCertificateData and clientKeyData"),
    (answer("\"token\": \"t\", \"expirationTimestamp\": \"soon\""), "printed an expirationTimestamp that is no time"),
    (
      answer("\"token\": \"t\"", version: "v1beta1"),
      "printed an ExecCredential of another version than client.authentication.k8s.io/v1"
    ),
  ])
  func saysWhatThePluginDidWrong(script: String, problem: String) async throws {
    let source = try source(script)
    await #expect(
      throws: KubernetesError.credentials(user: "me", reason: "its plugin \(folder.path)/./plugin \(problem)")
    ) { try await source.current() }
  }

  @Test func endsAPluginThatHangsWithAllItStarted() async throws {
    let source = try source("echo waiting >&2; sleep 1000 & echo $! > child; wait", limit: .seconds(2))
    await #expect(
      throws: KubernetesError.credentials(
        user: "me", reason: "its plugin \(folder.path)/./plugin did not end within 2 s: waiting")
    ) { try await source.current() }
  }

  /// As plugins do that keep a token for others: it holds what it inherited, and goes on.
  @Test func aDaemonThatAPluginLeavesIsNotWaitedFor() async throws {
    let source = try source(
      "(sleep 1000 & echo $! > child) ; echo starting >&2; " + Self.answer("\"token\": \"t\""), limit: .seconds(600))
    let began = ContinuousClock.now
    #expect(try await source.current() == .bearer("t"))
    #expect(ContinuousClock.now - began < .seconds(300))
    let child = try #require(Int32(folder.read("child").filter(\.isNumber)))
    #expect(kill(child, SIGKILL) == 0)
  }

  @Test func whatADaemonsPluginSaidIsTold() async throws {
    let source = try source("sleep 1000 & echo $! > child; echo 'log in first' >&2; exit 3", limit: .seconds(600))
    await #expect(
      throws: KubernetesError.credentials(
        user: "me", reason: "its plugin \(folder.path)/./plugin ended with status 3: log in first")
    ) { try await source.current() }
    kill(try #require(Int32(folder.read("child").filter(\.isNumber))), SIGKILL)
  }

  @Test func aPluginThatWritesWithoutEndIsEndedInTime() async throws {
    let source = try source("exec yes", limit: .seconds(2))
    await #expect(
      throws: KubernetesError.credentials(
        user: "me", reason: "its plugin \(folder.path)/./plugin did not end within 2 s")
    ) { try await source.current() }
  }

  @Test func givesTheHintOfAPluginThatIsNotThere() async throws {
    let text = """
      users:
      - name: me
        user:
          exec:
            apiVersion: client.authentication.k8s.io/v1beta1
            command: paddock-no-such-plugin
            installHint: |
              Get it from the shelf.
      """
    let config = try Kubeconfig(parsing: text, path: "/c")
    let plugin = try #require(config.users.first?.plugin)
    let source = ExecCredentialSource(
      plugin, user: "me", cluster: .init(server: "https://x", tls: .init()), environment: [:])
    await #expect(
      throws: KubernetesError.credentials(
        user: "me",
        reason: "its plugin paddock-no-such-plugin cannot be started: no such file or directory. "
          + "Get it from the shelf")
    ) { try await source.current() }
  }
}
