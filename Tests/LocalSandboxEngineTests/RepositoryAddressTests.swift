import ControlModel
import Testing

@testable import SessionWorkspace

@Suite struct RepositoryAddressTests {
  @Test func addressesAreUnderstoodBeforeGitIsAsked() throws {
    let local = [
      "/srv/app": "/srv/app", "file:///srv/app": "/srv/app", "file://localhost/srv/a%20b": "/srv/a b", "/a b": "/a b",
      "/srv/x:y": "/srv/x:y", "FILE:///srv/%2e%2e/app": "/srv/../app",
    ]
    for (text, path) in local { #expect(try RepositoryAddress(text) == .local(path: path), "\(text)") }
    let remote = [
      "https://example.org/app.git", "http://[::1]:80/x", "git://h/x", "ssh://git@h:22/x",
      "git@example.org:team/app.git",
      "host:path",
    ]
    for text in remote { #expect(try RepositoryAddress(text) == .remote(url: text, credentials: nil), "\(text)") }
  }

  @Test func credentialsAreTakenOutOfTheURL() throws {
    #expect(
      try RepositoryAddress("https://ann:s%40cret@example.org:8443/app")
        == .remote(url: "https://example.org:8443/app", credentials: .init(user: "ann", password: "s@cret")))
    #expect(
      try RepositoryAddress("https://token@h/x")
        == .remote(url: "https://h/x", credentials: .init(user: "token", password: "")))
    // What comes before the last sign is no host.
    #expect(
      try RepositoryAddress("https://a:b@c:d@h/x")
        == .remote(url: "https://h/x", credentials: .init(user: "a", password: "b@c:d")))
    #expect(try RepositoryAddress("ssh://git:s3cret@h/x") == .remote(url: "ssh://git@h/x", credentials: nil))
  }

  @Test(arguments: [
    "", "app", "../app", "./a:b", "a/b:c", "-u", "~/app", "~ann/app", "~x:y", "path:", ":path", "ext::sh -c id",
    "ext::touch", "transport::address", "ftp://h/x", "file://other/srv", "file://", "file:///a%00b", "file:///a%0ab",
    "https:///x", "https://-oProxyCommand=x/y", "ssh://-oProxyCommand=x/y", "-oProxyCommand=x:y", "git@-x:y", "a\nb:c",
    "/a\nb", "/a\u{0}b", "https://h/x?token=s3cret", "https://h/x#s3cret", "https://a:s3cret%0a@h/x",
    "https://u:s3cret@", "s3cret",
  ])
  func anythingElseIsRefusedAndNotRepeated(text: String) {
    let failure = #expect(throws: ControlFailure.self) { try RepositoryAddress(text) }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.description.contains("s3cret") == false)
  }

  @Test func noSecretIsInAnArgumentOrASentence() {
    func preparation(_ text: String) -> WorkspacePreparation {
      var spec = AgentSpec(runtime: .exec)
      spec.workspace = .init(repository: text)
      return WorkspacePreparation(spec)
    }
    for text in ["https://ann:s3cret@h/app.git", "http://s3cret@h/app.git", "https://ann:s%33cret@h/app.git"] {
      let preparation = preparation(text)
      #expect(!preparation.command.contains { $0.contains("s3cret") || $0.contains("s%33cret") })
      #expect(preparation.environment.values.contains { $0 == "s3cret" })
      #expect(preparation.environment["PADDOCK_GIT_HOST"] == text.prefix { $0 != ":" } + "://h")
      let said = preparation.failureMessage(status: 128, output: "fatal: for https://ann:s3cret@h: s3cret is wrong")
      #expect(!said.contains("s3cret"), "\(said)")
      #expect(said.hasPrefix("The repository '"))
    }
    let refused = preparation("https://h/x?s3cret")
    #expect(!(refused.command + refused.environment.values).contains { $0.contains("s3cret") })
    #expect(!refused.failureMessage(status: 64, output: "").contains("s3cret"))
  }

  @Test(arguments: [
    ("https://u:sekrit@h/x", "unable to access", "unable to access"),
    ("https://ann:sekrit@h/x", "annexed by ann", "annexed by ann"),
    ("https://ann:sekrit@h/x", "no ann:sekrit, no sekrit", "no …, no …"),
    ("https://u:p@h/x", "prompt: p is wrong, p", "prompt: … is wrong, …"),
    ("https://u:p@h/x", "u:p pp p", "… pp …"),
    ("https://tok@h/x", "stock tok", "stock …"), ("https://longtoken@h/x", "xlongtokenx", "x…x"),
  ])
  func onlyASecretIsBlottedOut(address: String, said: String, shown: String) {
    var spec = AgentSpec(runtime: .exec)
    spec.workspace = .init(repository: address)
    let sentence = WorkspacePreparation(spec).failureMessage(status: 128, output: said)
    #expect(sentence == "The repository 'https://h/x' could not be cloned: \(shown).", "\(sentence)")
  }

  @Test func aServerCannotSendACloneOnToAPath() {
    var spec = AgentSpec(runtime: .exec)
    spec.workspace = .init(repository: "https://h/app")
    #expect(WorkspacePreparation(spec).environment["GIT_ALLOW_PROTOCOL"] == "git:http:https:ssh")
    spec.workspace = .init(repository: "/srv/app")
    #expect(WorkspacePreparation(spec).environment["GIT_ALLOW_PROTOCOL"] == "file")
  }
}
