import Glibc
import Testing

/// A bubblewrap jail below a process that stands for the runner.
struct Jail {
  let process: pid_t
  private let mark: String

  init() throws {
    mark = "/tmp/paddock-jail-\(UInt64.random(in: 0 ... .max))"
    try #require(mkdir(mark, 0o755) == 0)
    let jail =
      "/usr/bin/bwrap --unshare-all --hostname jailed --die-with-parent --ro-bind /usr /usr --symlink usr/bin /bin "
      + "--symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --bind \(mark) /workspace "
      + "--chdir /workspace /bin/sh -c 'touch up; exec sleep 1000'; true"
    let words = ["/bin/sh", "-c", jail]
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var pid: pid_t = 0
    let status = posix_spawn(&pid, "/bin/sh", nil, &attributes, arguments, environ)
    #expect(status == 0)
    process = pid
  }

  /// The jail's process is the agent's own by then.
  func isUp() async throws {
    while access(mark + "/up", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
  }

  func end() {
    kill(-process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    unlink(mark + "/up")
    rmdir(mark)
  }
}
