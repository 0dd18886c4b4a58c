import ControlModel
import Glibc
import ProcessIdentity

/// A shell in the namespaces of a jail on this machine, as the agent's user, on a terminal of its own. Only root may
/// enter a jail.
actor LocalShell: TerminalSession {
  nonisolated let title: String
  private let terminal: Int32
  private let process: pid_t
  private var isClosed = false

  static func open(
    _ kind: TerminalKind, in report: SandboxReport, size: TerminalSize
  ) throws(ControlFailure) -> LocalShell {
    guard kind == .shell else {
      throw ControlFailure(
        .unsupported, "The agent in the local sandbox '\(report.sandbox)' has no terminal of its own.",
        hint: "Its words are in the transcript; ! opens a shell beside it.")
    }
    guard geteuid() == 0 else {
      throw ControlFailure(
        .permissionDenied, "Only root can enter the local sandbox '\(report.sandbox)'.",
        hint: "Run the console as root on this machine.")
    }
    guard let inmate = JailInmate(below: Int32(clamping: report.process)) else {
      throw ControlFailure(.refused, "Nothing runs in the local sandbox '\(report.sandbox)' at the moment.")
    }
    let (terminal, path) = try openTerminal(size)
    let process = try start(inmate, on: path, closing: terminal)
    return LocalShell("shell in \(report.sandbox)", terminal, process)
  }

  private init(_ title: String, _ terminal: Int32, _ process: pid_t) {
    self.title = title
    self.terminal = terminal
    self.process = process
  }

  /// `TIOCSPTLCK` and `TIOCGPTN`, whose macros Swift cannot read.
  private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  private static func openTerminal(_ size: TerminalSize) throws(ControlFailure) -> (Int32, String) {
    let terminal = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, UInt32) = (0, 0)
    guard terminal >= 0, ioctl(terminal, setLock, &isLocked) == 0, ioctl(terminal, getNumber, &number) == 0 else {
      throw ControlFailure(.unavailable, "No terminal can be made: \(String(cString: strerror(errno))).")
    }
    setSize(size, of: terminal)
    _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
    return (terminal, "/dev/pts/\(number)")
  }

  private static func setSize(_ size: TerminalSize, of terminal: Int32) {
    var window = winsize(
      ws_row: UInt16(clamping: size.rows), ws_col: UInt16(clamping: size.columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &window)
  }

  /// `setsid --ctty` makes the terminal the shell's own, `nsenter` enters the jail's namespaces. Not its
  /// namespace of users, where root is nobody and could not become the agent's user any more.
  private static func start(
    _ inmate: JailInmate, on path: String, closing terminal: Int32
  ) throws(ControlFailure) -> pid_t {
    let command = [
      "/usr/bin/setsid", "--ctty", "--wait", "/usr/bin/nsenter", "--target", "\(inmate.pid)", "--mount", "--uts",
      "--ipc",
      "--net", "--pid", "--cgroup", "/usr/bin/setpriv", "--reuid", "\(inmate.user)", "--regid", "\(inmate.group)",
      "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "/bin/sh", "-c",
      "cd ~; if command -v bash >/dev/null; then exec bash; else exec sh; fi",
    ]
    let environment = [
      "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(inmate.folder)", "TERM=\(inmate.terminalType)", "HISTFILE=/dev/null",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
    guard status == 0 else {
      Glibc.close(terminal)
      throw ControlFailure(.unavailable, "The shell cannot be started: \(String(cString: strerror(status))).")
    }
    return pid
  }

  /// Asked for every few milliseconds while it says nothing: it is one shell of one person.
  func next() async throws(ControlFailure) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 32 << 10)
    while !isClosed {
      let count = read(terminal, &buffer, buffer.count)
      if count > 0 { return Array(buffer[..<count]) }
      // EIO tells that nobody has the terminal open any more; it does so before the shell opened it, too.
      if count < 0, errno == EAGAIN {
        try? await Task.sleep(for: .milliseconds(10))
      } else if hasEnded() {
        break
      } else {
        try? await Task.sleep(for: .milliseconds(10))
      }
    }
    return nil
  }

  private var status: Int32?

  private func hasEnded() -> Bool {
    if status != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    self.status = status
    return true
  }

  func outcome() -> String {
    guard let status, status != 0 else { return "It ended." }
    return "It ended with status \((status >> 8) & 0xFF)."
  }

  func write(_ bytes: [UInt8]) async throws(ControlFailure) {
    var rest = bytes[...]
    while !rest.isEmpty, !isClosed {
      let count = rest.withUnsafeBytes { Glibc.write(terminal, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        guard errno == EAGAIN, (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
      }
    }
  }

  func resize(_ size: TerminalSize) {
    guard !isClosed else { return }
    Self.setSize(size, of: terminal)
  }

  /// The shell hears the terminal hang up, and is not waited for longer than it takes to be killed.
  func close() async {
    guard !isClosed else { return }
    isClosed = true
    Glibc.close(terminal)
    for attempt in 0..<100 where !hasEnded() {
      if attempt == 50 { kill(process, SIGKILL) }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }
}
