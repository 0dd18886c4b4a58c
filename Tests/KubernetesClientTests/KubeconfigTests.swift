import HTTPTransport
import Testing

@testable import KubernetesClient

@Suite struct KubeconfigTests {
  private static let whole = """
    apiVersion: v1
    kind: Config
    current-context: work
    clusters:
    - name: prod
      cluster:
        server: https://api.example.org:6443/prefix/
        certificate-authority-data: \(Certificates.firstData)
        tls-server-name: kubernetes
        proxy-url: socks5://127.0.0.1:1080
    contexts:
    - name: work
      context: {cluster: prod, user: me, namespace: engineering}
    users:
    - name: me
      user:
        token: abc
        as: boss
        as-groups: [admins, "all people"]
        as-uid: "7"
        as-user-extra: {"Acme.com/Über": [a, b]}
    """

  @Test func readsWhatKubectlReads() async throws {
    let connection = try APIServerConnection(Kubeconfig(parsing: Self.whole, path: "/c"))
    #expect(connection.baseURL == "https://api.example.org:6443/prefix")
    #expect(connection.tls.authorities == Array(Certificates.first.utf8))
    #expect(connection.tls.serverName == "kubernetes")
    #expect(connection.namespace == "engineering" && connection.context == "work" && connection.user == "me")
    #expect(try await connection.credentials.current() == .bearer("abc"))
    guard case .url("socks5h://127.0.0.1:1080", exceptFor: "") = connection.proxy else {
      Issue.record("\(connection.proxy)")
      return
    }
    #expect(
      connection.impersonation.fields.map { "\($0.name)=\($0.value)" } == [
        "Impersonate-User=boss", "Impersonate-Uid=7", "Impersonate-Group=admins", "Impersonate-Group=all people",
        "Impersonate-Extra-acme.com%2F%C3%BCber=a", "Impersonate-Extra-acme.com%2F%C3%BCber=b",
      ])
  }

  @Test func readsJSON() throws {
    let text = """
      {"kind": "Config", "current-context": "c", "users": null,
       "contexts": [{"name": "c", "context": {"cluster": "k"}}],
       "clusters": [{"name": "k", "cluster": {"server": "localhost:8080"}}]}
      """
    let connection = try APIServerConnection(Kubeconfig(parsing: text, path: "/c"))
    #expect(connection.baseURL == "http://localhost:8080")
    #expect(connection.namespace == "default")
  }

  @Test func takesTheFirstOfEveryNameAndResolvesPathsFromTheirFile() throws {
    let first = try TemporaryFolder()
    let second = try TemporaryFolder()
    let pem = "-----BEGIN X-----\n"
    for (folder, mark, authority) in [(first, "1", Certificates.first), (second, "2", Certificates.second)] {
      for name in ["crt", "key"] { try folder.write(name, pem + mark + name) }
      try folder.write("ca", authority)
    }
    try first.write(
      "config",
      """
      clusters: [{name: a, cluster: {server: "https://a", certificate-authority: ca}}]
      users: [{name: u, user: {client-certificate: crt, client-key: ./key}}]
      """)
    try second.write(
      "config",
      """
      current-context: x
      clusters: [{name: a, cluster: {server: "https://other"}}]
      users: [{name: u, user: {token: other}}]
      contexts: [{name: x, context: {cluster: a, user: u}}]
      """)
    let paths = ["\(first.path)/config", "", "/nonexistent/config", "\(second.path)/config"]
    let connection = try APIServerConnection.load(
      .init(environment: ["KUBECONFIG": paths.joined(separator: ":"), "HOME": "/nonexistent"]))
    #expect(connection.baseURL == "https://a")
    #expect(connection.tls.authorities == Array(Certificates.first.utf8))
    #expect(
      connection.tls.identity
        == TLSIdentity(certificate: Array("\(pem)1crt".utf8), key: Array("\(pem)1key".utf8)))
  }

  @Test func anExplicitFileStandsAloneAndMustBeThere() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("one", Self.whole)
    let environment = ["KUBECONFIG": "/nonexistent", "HOME": folder.path]
    #expect(try KubeconfigSource(explicitPath: file, environment: environment).load().currentContext == "work")
    expect("/nonexistent/x is not there.") {
      _ = try KubeconfigSource(explicitPath: "/nonexistent/x", environment: environment).load()
    }
  }

  @Test(arguments: [
    ("clusters: [", "/c, line 2 is not YAML: did not find expected node content."),
    ("just a text", "/c is not a kubeconfig: it is no mapping."),
    ("kind: Pod", "/c: kind is not Config: this is no kubeconfig."),
    ("users: {name: a}", "/c, line 1: users must be a list."),
    ("users: []\nusers: []", "/c, line 2: users is given twice."),
  ])
  func namesWhatIsWrongAndWhere(text: String, sentence: String) {
    expect(sentence) { _ = try Kubeconfig(parsing: text, path: "/c") }
  }

  /// Whoever chooses the entry is told; nobody else minds.
  @Test(arguments: [
    ("users:\n- name: a\n- name: a", "/c, line 3: users[1] has the name a, which another one has already."),
    ("users:\n- name: a\n  user:\n    token: [secret]", "/c, line 4: users[0].user.token must be a text."),
    ("users:\n- name: a\n  user:\n    token: b\n    token: c", "/c, line 5: users[0].user.token is given twice."),
    (
      "users:\n- name: a\n  user:\n    client-key-data: se§cret",
      "/c, line 4: users[0].user.client-key-data is not base64."
    ),
    (
      "users:\n- name: a\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1",
      "/c, line 4: users[0].user.exec.command is missing."
    ),
    (
      "users:\n- name: a\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
      "/c, line 4: users[0].user.exec.apiVersion is client.authentication.k8s.io/v1alpha1: "
        + "it must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1."
    ),
    (
      "clusters:\n- name: a\n  cluster:\n    insecure-skip-tls-verify: perhaps",
      "/c, line 4: clusters[0].cluster.insecure-skip-tls-verify must be true or false."
    ),
    ("clusters:\n- name: a", "/c, line 2: clusters[0].cluster is missing."),
    (
      "users:\n- name: a\n  user:\n    as-groups: [x]",
      "/c, line 3: users[0].user.as is missing, and whom its group, uid or extra belong to is not said."
    ),
    ("contexts:\n- name: chosen\n  context: {user: a}", "/c, line 3: contexts[0].context.cluster is missing."),
  ])
  func namesWhatIsWrongWithWhatIsChosen(entry: String, sentence: String) throws {
    let config = try Kubeconfig(parsing: entry, path: "/c")
    var others = try Kubeconfig(parsing: Self.whole, path: "/others")
    #expect(try APIServerConnection(others).user == "me")
    others.merge(config)
    #expect(try APIServerConnection(others).user == "me")

    var chosen = config
    chosen.merge(
      try Kubeconfig(
        parsing: """
          contexts: [{name: chosen, context: {cluster: a, user: a}}]
          clusters: [{name: a, cluster: {server: "https://a"}}]
          users: [{name: a}]
          """, path: "/later"))
    expect(sentence) { _ = try APIServerConnection(chosen, context: "chosen") }
  }

  @Test func anEntryWithoutANameIsNobodysChoice() throws {
    let text = "users: [{user: {token: x}}, 7, {name: [a]}]\nclusters: [null]\ncontexts: [{}]\n"
    var config = try Kubeconfig(parsing: text, path: "/c")
    config.merge(try Kubeconfig(parsing: Self.whole, path: "/whole"))
    #expect(try APIServerConnection(config).user == "me")
  }

  @Test func readsWhatOtherEditorsWrite() throws {
    let folder = try TemporaryFolder()
    let utf16: [[UInt8]] = Self.whole.utf16.map { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let texts: [[UInt8]] = [
      [0xEF, 0xBB, 0xBF] + Array(Self.whole.utf8), [0xFF, 0xFE] + Array(utf16.joined()),
      [0xFE, 0xFF] + utf16.flatMap { [$0[1], $0[0]] },
    ]
    for text in texts {
      let path = try folder.write("config", text)
      #expect(try APIServerConnection.load(.init(explicitPath: path)).user == "me")
    }
    for text in [[0xFF, 0xFE, 0x61], [0xFF, 0xFE, 0x00, 0xD8], [0x80]] as [[UInt8]] {
      let path = try folder.write("config", text)
      expect("\(path) is not a text in UTF-8 or UTF-16.") { _ = try KubeconfigSource(explicitPath: path).load() }
    }
  }

  @Test func takesWhatIsMergedIn() throws {
    let text = """
      current-context: c
      common: &common {server: "https://common", tls-server-name: common}
      other: &other {server: "https://other", proxy-url: "http://proxy"}
      clusters:
      - {name: k, cluster: {<<: [*common, *other], server: "https://own"}}
      contexts: [{name: c, context: {cluster: k}}]
      """
    let connection = try APIServerConnection(Kubeconfig(parsing: text, path: "/c"))
    #expect(connection.baseURL == "https://own" && connection.tls.serverName == "common")
    guard case .url("http://proxy", exceptFor: "") = connection.proxy else {
      Issue.record("\(connection.proxy)")
      return
    }
  }

  @Test func oneBadBlockOfABundleIsNoReasonToTrustNone() throws {
    let der = try #require(Base64.decode(Certificates.firstDER))
    func block(_ type: String, _ body: String) -> String { "-----BEGIN \(type)-----\n\(body)\n-----END \(type)-----\n" }
    let bad = [
      block("CERTIFICATE", "no base64"), block("CERTIFICATE", Base64.encode(Array("garbage".utf8))),
      block("CERTIFICATE", Base64.encode(Array(der.dropLast(10)))), block("CERTIFICATE", Base64.encode(der + [0])),
      block("CERTIFICATE", ""), "-----BEGIN CERTIFICATE-----\nMIIB\n",
    ]
    for bad in bad {
      let bundle = Certificates.first.replacing("\n", with: "\r\n") + bad + Certificates.second
      #expect(
        PEMCertificates.readable(in: Array(bundle.utf8)) == Array((Certificates.first + Certificates.second).utf8),
        "\(bad)")
      #expect(PEMCertificates.readable(in: Array(bad.utf8)) == nil, "\(bad)")
    }
    for other in [block("PUBLIC KEY", Certificates.firstDER), "a comment\n"] {
      let bundle = Array((Certificates.first + other + Certificates.second).utf8)
      #expect(PEMCertificates.readable(in: bundle) == bundle)
    }
  }

  @Test(arguments: [
    ("{cluster: b}", "", "", "/c, line 2: contexts[0].context.cluster names b, which is not among the clusters."),
    ("{cluster: a, user: b}", "", "", "/c, line 2: contexts[0].context.user names b, which is not among the users."),
    (
      "{cluster: a}", "server: ftp://x", "",
      "/c, line 3: clusters[0].cluster.server is not an http or https URL of a server."
    ),
    (
      "{cluster: a}", "server: https://x, proxy-url: ftp://x", "",
      "/c, line 3: clusters[0].cluster.proxy-url is not an http, https or socks5 URL."
    ),
    (
      "{cluster: a}", "server: https://x, certificate-authority: none", "",
      "/c, line 3: clusters[0].cluster.certificate-authority names /none, which is not there."
    ),
    (
      "{cluster: a}", "server: https://x, certificate-authority-data: eA==", "",
      "/c, line 3: clusters[0].cluster.certificate-authority-data holds nothing in PEM."
    ),
    (
      "{cluster: a}", "server: https://x, certificate-authority-data: LS0tLS1CRUdJTiA=", "",
      "/c, line 3: clusters[0].cluster.certificate-authority holds no certificate that can be read."
    ),
    (
      "{cluster: a}",
      "server: https://x, insecure-skip-tls-verify: true, certificate-authority-data: LS0tLS1CRUdJTiA=", "",
      "/c, line 3: clusters[0].cluster.insecure-skip-tls-verify is set beside a certificate-authority: "
        + "one of them must go."
    ),
    (
      "{cluster: a, user: u}", "server: https://x", "client-key-data: LS0tLS1CRUdJTiA=",
      "/c, line 4: users[0].user.client-certificate is missing beside its key."
    ),
    (
      "{cluster: a, user: u}", "server: https://x", "token: a, username: b",
      "/c, line 4: users[0].user.token is given beside a username: one of them must go."
    ),
    (
      "{cluster: a, user: u}", "server: https://x", "auth-provider: {name: gcp}",
      "/c, line 4: users[0].user.auth-provider (gcp) is no longer supported, nor is it by kubectl: "
        + "use an exec plugin."
    ),
  ])
  func namesWhatDoesNotFit(context: String, cluster: String, user: String, sentence: String) {
    let text = """
      current-context: c
      contexts: [{name: c, context: \(context)}]
      clusters: [{name: a, cluster: {\(cluster)}}]
      users: [{name: u, user: {\(user)}}]
      """
    expect(sentence) { _ = try APIServerConnection(Kubeconfig(parsing: text, path: "/c")) }
  }

  @Test func listsTheContextsThereAre() throws {
    let config = try Kubeconfig(parsing: Self.whole, path: "/c")
    expect("/c has no context play: there are work.") { _ = try config.context("play") }
    expect("There is no kubeconfig (looked for: /nonexistent/.kube/config).") {
      _ = try APIServerConnection.load(.init(environment: ["HOME": "/nonexistent"]))
    }
  }

  @Test func usesTheServiceAccountOfAPod() async throws {
    let folder = try TemporaryFolder()
    try folder.write("token", "first\n")
    try folder.write("ca.crt", Certificates.first)
    try folder.write("namespace", "team-a")
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
    let connection = try APIServerConnection.load(
      .init(environment: environment), serviceAccount: .init(folder: folder.path))
    #expect(connection.baseURL == "https://[fd00::1]:443")
    #expect(connection.namespace == "team-a")
    #expect(try await connection.credentials.current() == .bearer("first"))
  }

  private func expect(_ sentence: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("nothing was wrong")
    } catch {
      #expect("\(error)" == sentence)
    }
  }
}
