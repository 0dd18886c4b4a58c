import ControlModel
import Testing

@testable import LocalSandboxEngine

@Suite struct JailArgumentsTests {
  let host = HostLayout(
    systemDirectories: ["/bin": .link(target: "usr/bin"), "/lib64": .directory],
    etc: ["/etc/ld.so.cache", "/etc/hosts", "/etc/resolv.conf", "/etc/ssl/certs"],
    localtime: "/usr/share/zoneinfo/Etc/UTC", masked: ["/proc/keys"])

  func jail() -> JailArguments {
    JailArguments(
      host: host, bubblewrap: "/usr/bin/bwrap", setpriv: "/usr/bin/setpriv", hostname: "fixer-0a1b2c3d",
      volume: "/data/volume", synthesised: ["/etc/passwd": "/data/etc/passwd"], network: .none, agentUser: nil,
      workingDirectory: "/workspace/app", filter: "/data/filter")
  }

  @Test func everythingOfAPlainUsersJail() {
    let launcher = jail().launcher
    #expect(launcher[0...1] == ["/bin/sh", "-c"])
    let expected = """
      paddock-jail -- /data/filter -- /usr/bin/bwrap --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net \
      --unshare-user --uid 1000 --gid 1000 --disable-userns --die-with-parent --hostname fixer-0a1b2c3d --seccomp 3 \
      --ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /lib64 /lib64 \
      --perms 0755 --dir /etc --ro-bind /etc/ld.so.cache /etc/ld.so.cache \
      --perms 0755 --dir /etc/ssl --ro-bind /etc/ssl/certs /etc/ssl/certs --ro-bind /data/etc/passwd /etc/passwd \
      --symlink /usr/share/zoneinfo/Etc/UTC /etc/localtime --proc /proc \
      --ro-bind /dev/null /proc/keys --dev /dev --perms 1777 --tmpfs /dev/shm \
      --perms 1777 --tmpfs /tmp --perms 0755 --dir /var --symlink /tmp /var/tmp --bind /data/volume /workspace \
      --remount-ro / --chdir /workspace/app -- /usr/bin/env --default-signal=HUP,INT,QUIT,TERM
      """
    #expect(launcher.dropFirst(3).joined(separator: " ") == expected)
  }

  @Test func rootBuildsTheJailAndTheAgentDescendsInside() {
    var jail = jail()
    jail.agentUser = 1_900_000_007
    let text = jail.launcher.joined(separator: " ")
    let descent = """
      -- /usr/bin/setpriv --reuid 1900000007 --regid 1900000007 --clear-groups --no-new-privs --inh-caps=-all \
      --bounding-set=-all -- /usr/bin/bwrap --unshare-user --uid 1000 --gid 1000 --disable-userns --seccomp 3 \
      --dev-bind / / --chdir /workspace/app -- /usr/bin/env
      """
    #expect(text.contains(descent))
    #expect(text.ranges(of: "--unshare-user").count == 1)
    #expect(text.ranges(of: "--seccomp").count == 1)
  }

  @Test func aSharedNetworkBringsItsFiles() {
    var jail = jail()
    #expect(!jail.launcher.contains("/etc/resolv.conf"))
    jail.network = .host
    #expect(!jail.launcher.contains("--unshare-net"))
    #expect(jail.launcher.contains("/etc/resolv.conf"))
    #expect(jail.launcher.contains("/etc/hosts"))
    jail.synthesised["/etc/hosts"] = "/data/etc/hosts"
    #expect(jail.launcher.filter { $0 == "/etc/hosts" }.count == 1)
  }

  @Test func groupsAreEnteredBeforeAnythingElse() {
    var jail = jail()
    jail.groups = ["/sys/fs/cgroup/pids/paddock/x/cgroup.procs"]
    #expect(
      jail.launcher[3...5] == ["paddock-jail", "/sys/fs/cgroup/pids/paddock/x/cgroup.procs", "--"])
  }

  @Test func whatTheCommandNeedsComesAfterThePrivateDirectories() throws {
    var jail = jail()
    jail.readOnly = ["/tmp/tools"]
    jail.links = ["/opt/agent": "/tmp/tools/agent"]
    let launcher = jail.launcher
    #expect(launcher[3...7] == ["paddock-jail", "--", "/data/filter", "/tmp/tools", "--"])
    let bind = try #require(launcher.firstIndex(of: "--ro-bind-fd"))
    let tmp = try #require(launcher.firstIndex(of: "--tmpfs"))
    #expect(launcher[bind...bind + 2] == ["--ro-bind-fd", "4", "/tmp/tools"])
    #expect(tmp < bind)
    #expect(
      launcher.joined(separator: " ").contains("--perms 0755 --dir /opt --symlink /tmp/tools/agent /opt/agent"))
  }
}
