import ControlModel
import Glibc
import Testing

@testable import LocalSandboxEngine

/// Which paths of the machine a declaration may name: pure.
@Suite struct HostAccessTests {
  private let mounts = MountTable(
    parsing: """
      20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
      21 20 0:5 / /proc rw - proc proc rw
      22 20 8:1 /srv/paddock/sessions /mnt/alias rw - ext4 /dev/sda1 rw
      23 20 8:2 / /big rw shared:1 - ext4 /dev/sdb1 rw
      24 20 8:2 /deep /mnt/with\\040space rw - ext4 /dev/sdb1 rw
      25 20 8:1 / /mnt/whole rw - ext4 /dev/sda1 rw
      26 20 8:1 /srv/paddock/run /srv/git/odd rw - ext4 /dev/sda1 rw

      """)

  private func access(_ roots: [String] = [], owner: uid_t? = nil, data: String = "/srv/paddock") -> HostAccess {
    HostAccess(dataDirectory: data, roots: LocalRoots(paths: roots), owner: owner, mounts: mounts)
  }

  @Test(arguments: [
    "/srv/paddock", "/srv/paddock/sessions/x/volume/work", "/srv", "/", "/mnt/alias/x/volume/work", "/mnt/alias",
    "/mnt/whole/srv/paddock/sessions/x", "/mnt/whole", "/srv/git", "/srv/git/odd", "/srv/paddock/demonstration",
  ])
  func nothingOfTheDataDirectoryIsShownByAnyName(path: String) {
    #expect(access(["/"]).objection(toReading: path)?.contains("data directory") == true)
  }

  @Test func aDataDirectoryOnItsOwnFileSystemIsKnown() {
    let access = access(["/"], data: "/big/deep/data")
    #expect(access.objection(toReading: "/mnt/with space/data/sessions") != nil)
    #expect(access.objection(toReading: "/mnt/with space/other") == nil)
    #expect(access.objection(toReading: "/mnt/whole/big/deep/data") == nil)
  }

  @Test func rootReadsWhatIsListed() {
    let access = access(["/home/git", "/opt/mirrors"])
    #expect(access.objection(toReading: "/home/git/app.git") == nil)
    #expect(access.objection(toReading: "/home/git") == nil)
    for path in ["/home/gitx/app.git", "/home", "/root/app", "/etc"] {
      #expect(access.objection(toReading: path)?.contains("localRoots") == true, "\(path)")
    }
  }

  @Test func whatPaddockMadeItselfIsReadable() {
    #expect(access().objection(toReading: "/srv/paddock/demo/repositories/engineering/.git") == nil)
    #expect(access().installation(of: "/srv/paddock/demo/bin/agent") == "/srv/paddock/demo/bin")
  }

  @Test func theKernelsFilesAreNoFolders() {
    #expect(access(["/"]).objection(toReading: "/proc/1/root/srv") != nil)
  }

  @Test func aPlainUserReadsWhatIsTheirOwn() throws {
    let own = "/tmp/paddock-own-\(UInt64.random(in: 0...UInt64.max))"
    try #require(mkdir(own, 0o700) == 0)
    defer { rmdir(own) }
    #expect(access(owner: geteuid()).objection(toReading: own) == nil)
    #expect(access(owner: geteuid() + 1).objection(toReading: own)?.contains("somebody else") == true)
    #expect(access([own], owner: geteuid() + 1).objection(toReading: own) == nil)
  }

  @Test func whatIsThereIsToldOnlyOfWhatMayBeRead() {
    #expect(access(["/srv/git"]).mayTell(of: "/srv/git/none"))
    for path in ["/root/none", "/srv/git/../../root/none", "/srv/gitnone"] {
      #expect(!access(["/srv/git"]).mayTell(of: path), "\(path)")
    }
  }

  @Test func rootsAreReadFromTheAdministratorsFile() throws {
    func paths(_ yaml: String) throws -> [String] {
      try LocalRoots(yaml: yaml, file: "paddock.yaml") { $0 == "/none" ? nil : $0 }.paths
    }
    #expect(try paths("localRoots: [/srv/git, /none, '/with space']") == ["/srv/git", "/with space"])
    #expect(try paths("") == [])
    for wrong in ["localRoots: /srv/git", "roots: [/srv]", "[/srv]", "localRoots: [srv]", "localRoots: [", "x"] {
      let failure = #expect(throws: ControlFailure.self) { try paths(wrong) }
      #expect(failure?.summary.hasPrefix("paddock.yaml ") == true, "\(wrong)")
    }
  }
}

@Suite struct AgentCommandTests {
  private func command(
    _ program: String?, real: String? = nil, roots: [String] = [], isProgram: Bool = true
  ) throws -> AgentCommand {
    let access = HostAccess(
      dataDirectory: "/srv/paddock/data", roots: LocalRoots(paths: roots), owner: nil,
      mounts: MountTable(parsing: "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"))
    return try AgentCommand(
      program, access: access, resolve: { real ?? $0 }, isProgram: { _ in isProgram }, names: { _ in nil })
  }

  @Test func systemProgramsNeedNothing() throws {
    for program in [nil, "/usr/bin/claude", "claude"] { #expect(try command(program) == command(nil)) }
    #expect(try command("/bin/sh", real: "/usr/bin/dash").readOnly.isEmpty)
  }

  @Test(arguments: [
    "/claude", "/home/ann/private/dir/tool", "/home/ann/.cache/agents/claude", "/tmp/claude", "/srv/paddock/claude",
    "/opt/claude",
  ])
  func onlyTheProgramItselfIsShown(program: String) throws {
    #expect(try command(program).readOnly == [program])
  }

  @Test func anInstallationComesWhole() throws {
    #expect(try command("/opt/claude-2.1/bin/claude").readOnly == ["/opt/claude-2.1"])
    let tool = "/home/ann/tools/codex/bin/codex"
    #expect(try command(tool, roots: ["/home/ann/tools"]).readOnly == ["/home/ann/tools/codex"])
    #expect(try command("/home/ann/tools/codex", roots: ["/home/ann/tools"]).readOnly == ["/home/ann/tools/codex"])
    // A root that holds the data directory shows the program alone.
    #expect(try command("/srv/paddock/tool", roots: ["/srv"]).readOnly == ["/srv/paddock/tool"])
  }

  @Test func programsThatBearItsNameComeAlong() throws {
    let folder = "/tmp/paddock-command-\(UInt64.random(in: 0...UInt64.max))"
    defer { run(["/bin/rm", "-rf", folder]) }
    try makeDirectory(folder, mode: 0o755)
    for (name, mode) in [("codex", 0o755), ("codex-host", 0o755), ("codex-key", 0o600), ("other", 0o755)] {
      try replaceFile("\(folder)/\(name)", with: [], mode: mode_t(mode))
    }
    let access = HostAccess(
      dataDirectory: "/d", roots: LocalRoots(paths: []), owner: nil, mounts: MountTable(parsing: ""))
    let found = try AgentCommand("\(folder)/codex", access: access)
    #expect(found.readOnly == ["\(folder)/codex", "\(folder)/codex-host"])
  }

  @Test func anotherSessionsFilesAreNoPrograms() {
    let failure = #expect(throws: ControlFailure.self) { try command("/srv/paddock/data/sessions/x/volume/tool") }
    #expect(failure?.code == .permissionDenied)
    #expect(throws: ControlFailure.self) { try command("/x", real: "/srv/paddock/data/run/y", roots: ["/"]) }
  }

  @Test func whatNobodyExecutesIsNoProgram() {
    #expect(throws: ControlFailure.self) { try command("/home/ann/.ssh/id_ed25519", isProgram: false) }
    #expect(!AgentCommand.isProgram("/etc/passwd") && !AgentCommand.isProgram("/usr"))
    #expect(AgentCommand.isProgram(realPath("/bin/sh") ?? ""))
  }

  @Test func aLinkIsMadeAgain() throws {
    let found = try command("/opt/bin/claude", real: "/opt/claude-2.1/claude")
    #expect(found.readOnly == ["/opt/claude-2.1"])
    #expect(found.links == ["/opt/bin/claude": "/opt/claude-2.1/claude"])
  }

  @Test func whatIsMissingIsLeftToTheRuntimeToReport() throws {
    let access = HostAccess(
      dataDirectory: "/d", roots: LocalRoots(paths: []), owner: nil, mounts: MountTable(parsing: ""))
    #expect(try AgentCommand("/opt/none", access: access).readOnly.isEmpty)
    #expect(try AgentCommand("/usr/none", access: access).readOnly.isEmpty)
  }

  @Test func whichPathsRootHasIsNotTold() throws {
    let access = HostAccess(
      dataDirectory: "/srv/paddock/data", roots: LocalRoots(paths: []), owner: nil,
      mounts: MountTable(parsing: "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"))
    func refusal(_ real: String?, isProgram: Bool = true) -> String? {
      do {
        _ = try AgentCommand(
          "/root/private", access: access, resolve: { _ in real }, isProgram: { _ in isProgram }, names: { _ in nil })
        return nil
      } catch { return error.description }
    }
    let missing = try #require(refusal(nil))
    #expect(refusal("/root/private", isProgram: false) == missing)
    #expect(refusal("/srv/paddock/data/sessions/x/volume/tool") == missing)
    #expect(refusal("/root/private") == nil)
  }
}
