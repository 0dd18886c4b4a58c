import ControlModel
import Glibc
import SessionWorkspace
import Testing

@testable import LocalSandboxEngine

@Suite struct WorkspaceTests {
  private func makeRepository(at path: String) throws {
    let script = """
      set -e; mkdir -p '\(path)'; cd '\(path)'; git init -q -b main; echo one > file
      printf '#!/bin/sh\\ntouch hooked\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout
      git add .; git -c user.name=a -c user.email=a@example.org commit -qm one; git branch other
      """
    try #require(run(["/bin/sh", "-c", script]) == 0)
  }

  @Test func aLocalRepositoryIsClonedWithoutItsHooks() async throws {
    let fixture = try EngineFixture()
    let repository = fixture.directory + "/app.git"
    try makeRepository(at: repository)
    let engine = try await fixture.engine()
    let script = "git log --format=%s > said.new; git branch --show-current >> said.new; mv said.new said; sleep 1000"
    _ = try await engine.create(
      fixture.request(script) { $0.workspace = .init(repository: repository, branch: "other") })
    #expect(try await fixture.file("said", in: "app") == "one\nother\n")
    #expect(!exists(fixture.paths.volume + "/app/hooked"))
    try await engine.deleteAll()
  }

  @Test func aRestartKeepsTheWorkingTree() async throws {
    let fixture = try EngineFixture()
    let repository = fixture.directory + "/app"
    try makeRepository(at: repository)
    let engine = try await fixture.engine()
    let script = "echo more >> file; cp file said.new; mv said.new said.$(wc -l < file); sleep 1000"
    let first = try await engine.create(
      fixture.request(script) { $0.workspace = .init(repository: repository) })
    _ = try await fixture.file("said.2", in: "app")
    try await engine.delete(first.reference)
    _ = try await engine.create(
      fixture.request(script, generation: 2) { $0.workspace = .init(repository: repository) })
    #expect(try await fixture.file("said.3", in: "app") == "one\nmore\nmore\n")
    try await engine.deleteAll()
  }

  @Test(arguments: ["/nowhere/at/all", "file:///nowhere/at/all", "http://user:secret@127.0.0.1:1/app.git"])
  func aRepositoryThatCannotBeClonedIsSaid(repository: String) async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request { $0.workspace = .init(repository: repository) })
    let sandbox = try await engine.finished(fixture.session)
    let ready = try #require(sandbox.condition("Ready"))
    #expect(ready.reason == "WorkspaceFailed")
    #expect(ready.message.contains("could not be cloned"))
    #expect(!ready.message.contains("secret"))
    try await engine.deleteAll()
  }

  @Test(arguments: ["HEAD", "packed-refs", "config", "objects/info/alternates", "shallow"])
  func aRepositoryWithAPipeInItsPlaceIsSaid(name: String) async throws {
    let fixture = try EngineFixture()
    let repository = fixture.directory + "/app.git"
    try makeRepository(at: repository)
    let path = "\(repository)/.git/\(name)"
    unlink(path)
    try #require(mkfifo(path, 0o644) == 0)
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request { $0.workspace = .init(repository: repository) })
    let ready = try await engine.finished(fixture.session).condition("Ready")
    #expect(ready?.message.contains("could not be cloned") == true, "\(ready?.message ?? "none")")
    try await engine.deleteAll()
  }

  /// Whatever else can make git wait for ever.
  @Test func aCloneThatDoesNotEndIsGivenUp() async throws {
    let fixture = try EngineFixture()
    let repository = fixture.directory + "/app.git"
    try makeRepository(at: repository)
    run(["/bin/rm", "\(repository)/.git/refs/heads/main"])
    try #require(mkfifo("\(repository)/.git/refs/heads/main", 0o644) == 0)
    let engine = try LocalSandboxEngine(
      .init(dataDirectory: fixture.data, runner: EngineFixture.runner, cloneLimit: 2))
    _ = try await engine.create(fixture.request { $0.workspace = .init(repository: repository) })
    let ready = try await engine.finished(fixture.session).condition("Ready")
    #expect(ready?.message.contains("it took more than 2 s") == true, "\(ready?.message ?? "none")")
    try await engine.deleteAll()
  }

  @Test(arguments: ["../app", "-u", "app"])
  func aRepositoryThatIsNeitherPathNorURLIsRefusedAtOnce(repository: String) async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let failure = await #expect(throws: ControlFailure.self) {
      try await engine.create(fixture.request { $0.workspace = .init(repository: repository) })
    }
    #expect(failure?.code == .invalidArgument)
  }

  @Test(arguments: ["LD_PRELOAD", "BASH_ENV", "GLIBC_TUNABLES"])
  func aVariableThatWouldActOutsideTheJailIsRefused(name: String) async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let failure = await #expect(throws: ControlFailure.self) {
      try await engine.create(fixture.request { $0.env = [name: "x"] })
    }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.summary.contains(name) == true)
  }

  @Test func directoriesAreNamedAsGitNamesThem() {
    let names = [
      "https://example.org/app.git": "app", "git@example.org:team/app.git": "app", "/srv/app/": "app",
      "/srv/app/.git": "app", "https://example.org/": "example.org", "/": "repository", "/srv/.hidden": "repository",
    ]
    for (repository, name) in names { #expect(WorkspacePreparation.directoryName(of: repository) == name) }
  }

  @Test func passwordsInURLsAreNotRepeated() {
    #expect(
      WorkspacePreparation.withoutUser("at 'https://a:b@c/d', https://e/f@g") == "at 'https://c/d', https://e/f@g")
  }

  @Test func theVolumeOfAnotherTeamIsRefused() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let made = try await engine.create(fixture.request())
    try await engine.delete(made.reference)
    let failure = await #expect(throws: ControlFailure.self) {
      try await engine.create(fixture.request(generation: 2, team: "marketing"))
    }
    #expect(failure?.code == .conflict)
  }
}
