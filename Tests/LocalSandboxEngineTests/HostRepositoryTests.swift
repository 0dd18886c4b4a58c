import ControlModel
import Glibc
import Testing

@testable import LocalSandboxEngine

/// Repositories of this machine as the engine finds them, cloned in real jails.
@Suite struct HostRepositoryTests {
  private func shell(_ script: String, in directory: String) throws {
    let set = """
      set -e; cd '\(directory)'; export GIT_CONFIG_GLOBAL=/dev/null
      git() { command git -c user.name=a -c user.email=a@example.org "$@"; }

      """
    try #require(run(["/bin/sh", "-c", set + script]) == 0)
  }

  /// What the agent finds in its clone, or why there is none.
  private func clone(_ repository: String, in fixture: borrowing EngineFixture) async throws -> String {
    let engine = try await fixture.engine()
    let look = "git log --format=%s; git branch --show-current; git fsck; cat file"
    let script = "{ \(look); } > said.new 2>&1; mv said.new said; sleep 1000"
    _ = try await engine.create(fixture.request(script) { $0.workspace = .init(repository: repository) })
    var found: Sandbox?
    try await eventually("the workspace is ready or has failed") {
      found = try await engine.sandboxes().first
      return found?.isReady == true || found?.isFinished == true
    }
    let name = repository.split(separator: "/").last.map(String.init) ?? ""
    let ready = try #require(found?.condition("Ready"))
    let said = ready.isTrue ? try await fixture.file("said", in: name) : ready.message
    try await engine.deleteAll()
    return said
  }

  private func access(_ fixture: borrowing EngineFixture) -> HostAccess {
    HostAccess(
      dataDirectory: fixture.data, roots: LocalRoots(paths: [fixture.directory]), owner: nil, mounts: .current())
  }

  @Test func aLinkedWorktreeAndAlternatesComeWhole() async throws {
    for repository in ["tree", "borrower", "links"] {
      let fixture = try EngineFixture()
      try shell(
        """
        git init -q -b main app; cd app; echo one > file; git add .; git commit -qm one; git branch side; cd ..
        git -C app worktree add -q ../tree side
        git clone -q --shared app borrower
        mkdir -p links/.git; cp -r app/.git/HEAD app/.git/config links/.git
        ln -s ../../app/.git/objects links/.git/objects; ln -s ../../app/.git/refs links/.git/refs
        """, in: fixture.directory)
      let said = try await clone(fixture.directory + "/" + repository, in: fixture)
      let branch = repository == "tree" ? "side" : "main"
      #expect(said == "one\n\(branch)\none\n", "\(repository): \(said)")
    }
  }

  @Test func whatLiesElsewhereIsAskedForLikeTheFirst() async throws {
    let fixture = try EngineFixture()
    // Below the data directory, as another session's volume is; with what is in it readable by everybody.
    try shell(
      """
      mkdir -p data/sessions/beta/volume; git init -q -b main data/sessions/beta/volume/work
      cd data/sessions/beta/volume/work; echo secret > file; git add .; git commit -qm secret; cd '\(fixture.directory)'
      git clone -q --shared data/sessions/beta/volume/work borrower
      git -C data/sessions/beta/volume/work worktree add -q '\(fixture.directory)/tree' -b side
      ln -s data/sessions/beta/volume/work link
      mkdir pointer; echo 'gitdir: ../data/sessions/beta/volume/work/.git' > pointer/.git
      mkdir objects; cp -r data/sessions/beta/volume/work/.git objects/.git; rm -r objects/.git/objects
      ln -s ../../data/sessions/beta/volume/work/.git/objects objects/.git/objects
      """, in: fixture.directory)
    let plain = HostAccess(
      dataDirectory: fixture.data, roots: LocalRoots(paths: []), owner: geteuid(), mounts: .current())
    let beta = "data/sessions/beta/volume/work"
    let names = [
      beta, "borrower", "tree", "link", "pointer", "objects", "link/../work",
      "/data/./sessions/../sessions/beta/volume/work",
    ]
    let listed = access(fixture)
    for path in names.map({ "\(fixture.directory)/\($0)" }) {
      for access in [listed, plain] {
        let failure = #expect(throws: ControlFailure.self, "\(path)") { _ = try HostRepository(path, access: access) }
        #expect(failure?.code == .permissionDenied, "\(path)")
        #expect(failure?.summary.contains("data directory") == true, "\(path): \(failure?.summary ?? "")")
      }
    }
    for form in ["", "file://"] {
      let said = try await clone("\(form)\(fixture.directory)/\(beta)", in: fixture)
      #expect(said.hasPrefix("The repository '\(fixture.directory)/data/sessions") && said.contains("data directory"))
      try await fixture.engine().deleteVolume(of: fixture.session, team: ResourceName("engineering"))
    }
  }

  /// The same directory by another name: only root can mount.
  @Test func aMountIsSeenThrough() throws {
    try #require(geteuid() == 0, "only root mounts a file system")
    let fixture = try EngineFixture()
    try shell("mkdir -p data/sessions/b/work alias; git init -q data/sessions/b/work", in: fixture.directory)
    let alias = fixture.directory + "/alias"
    try #require(run(["/bin/mount", "--bind", fixture.data + "/sessions/b", alias]) == 0)
    defer { run(["/bin/umount", alias]) }
    let access = access(fixture)
    let failure = #expect(throws: ControlFailure.self) { _ = try HostRepository(alias + "/work", access: access) }
    #expect(failure?.summary.contains("data directory") == true && failure?.hint == nil)
  }

  /// Nobody can allow what leads into the data directory; the rest can be listed.
  @Test func onlyWhatHelpsIsAdvised() throws {
    let fixture = try EngineFixture()
    try shell(
      """
      mkdir -p data/sessions/b; git init -q data/sessions/b/work
      git init -q alternates; echo \(fixture.data)/sessions/b/work/.git/objects > alternates/.git/objects/info/alternates
      mkdir file; echo 'gitdir: \(fixture.data)/sessions/b/work/.git' > file/.git
      ln -s data/sessions/b/work link
      git init -q elsewhere; echo /usr > elsewhere/.git/objects/info/alternates
      """, in: fixture.directory)
    let access = access(fixture)
    for name in ["alternates", "file", "link", "data/sessions/b/work"] {
      let failure = #expect(throws: ControlFailure.self, "\(name)") {
        _ = try HostRepository("\(fixture.directory)/\(name)", access: access)
      }
      #expect(failure?.summary.contains("data directory") == true && failure?.hint == nil, "\(name)")
    }
    let failure = #expect(throws: ControlFailure.self) {
      _ = try HostRepository("\(fixture.directory)/elsewhere", access: access)
    }
    #expect(failure?.hint == "An administrator can list its folder there.", "\(failure?.summary ?? "")")
  }

  @Test func rootsStackClonesOnlyWhatIsListed() async throws {
    try #require(geteuid() == 0, "this is about the stack that root runs")
    let fixture = try EngineFixture()
    try shell("git init -q -b main app; cd app; echo one > file; git add .; git commit -qm one", in: fixture.directory)
    try replaceFile(LocalRoots.file(in: fixture.data), with: Array("localRoots: [/srv]\n".utf8))
    for path in [fixture.directory + "/app", fixture.directory + "/none"] {
      let said = try await clone(path, in: fixture)
      #expect(said.contains("lies in no folder that localRoots of") && said.contains("could not be cloned"), "\(said)")
      try await fixture.engine().deleteVolume(of: fixture.session, team: ResourceName("engineering"))
    }
  }

  @Test func oddFilesAreRefusedInOneSentence() throws {
    let fixture = try EngineFixture()
    try shell(
      """
      mkdir none; mkdir fifo; mkfifo fifo/.git; mkdir odd; echo 'something else' > odd/.git
      git init -q loop; echo ../../loop/.git/objects > loop/.git/objects/info/alternates
      for n in 1 2 3 4 5 6 7 8 9; do git init -q many$n; echo ../../../many$n/.git/objects >> alternates; done
      git init -q many; mv alternates many/.git/objects/info/
      git init -q large; head -c 100000 /dev/zero | tr '\\0' x > large/.git/objects/info/alternates
      git init -q gone; echo /nowhere/objects > gone/.git/objects/info/alternates
      """, in: fixture.directory)
    let access = access(fixture)
    for name in ["none", "odd", "loop", "many", "large", "gone", "missing"] {
      let path = "\(fixture.directory)/\(name)"
      let failure = #expect(throws: ControlFailure.self, "\(name)") { _ = try HostRepository(path, access: access) }
      #expect(failure?.code != .internalError, "\(name)")
    }
    // A FIFO is not waited for: git says what it is.
    #expect(try HostRepository("\(fixture.directory)/fifo", access: access).directories.count == 1)
  }

  @Test func aRestartNeedsTheRepositoryNoMore() async throws {
    let fixture = try EngineFixture()
    try shell("git init -q -b main app; cd app; echo one > file; git add .; git commit -qm one", in: fixture.directory)
    #expect(try await clone(fixture.directory + "/app", in: fixture).hasPrefix("one"))
    try replaceFile(LocalRoots.file(in: fixture.data), with: Array("localRoots: []\n".utf8))
    let engine = try await fixture.engine()
    let path = fixture.directory + "/app"
    _ = try await engine.create(
      fixture.request("touch again; sleep 1000", generation: 2) { $0.workspace = .init(repository: path) })
    _ = try await fixture.file("again", in: "app")
    try await engine.deleteAll()
  }
}
