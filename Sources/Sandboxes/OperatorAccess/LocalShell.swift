import CSpawn
import ControlModel
import Glibc
import ProcessIdentity
import SystemCallFilter

/// A shell in a jail on this machine: in its namespaces, groups and limits, behind its filter, as the agent's user, and on
/// a terminal of its own. Only root may enter a jail.
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
    guard isRunner(report), let inmate = JailInmate(below: Int32(clamping: report.process)) else {
      throw ControlFailure(.refused, "Nothing runs in the local sandbox '\(report.sandbox)' at the moment.")
    }
    let (terminal, path) = try openTerminal(size)
    let process = try start(inmate, on: path, closing: terminal)
    return LocalShell("shell in \(report.sandbox)", terminal, process)
  }

  /// A report may be old, and the number somebody else's by now.
  private static func isRunner(_ report: SandboxReport) -> Bool {
    guard let identity = ProcessIdentity(of: Int32(clamping: report.process)) else { return false }
    return report.processStart == 0 || identity.startTime == UInt64(clamping: report.processStart)
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

  /// Nothing of it is the agent's to write: no file is read at the start, and a home that the agent cannot write to keeps
  /// editors, git and readline from its settings as well.
  private static let environment = [
    "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LANG=C.UTF-8", "HISTFILE=", "INPUTRC=/dev/null",
    "TERM=\(getenv("TERM").map { String(cString: $0) } ?? "xterm")",
  ]
  private static let command = [
    "/bin/sh", "-c", "command -v bash > /dev/null && exec bash --noprofile --norc -i; exec sh -i",
  ]

  private static func start(
    _ inmate: JailInmate, on path: String, closing terminal: Int32
  ) throws(ControlFailure) -> pid_t {
    let filter: [UInt8]
    do { filter = try SystemCallFilter().program } catch {
      Glibc.close(terminal)
      throw error
    }
    let (arguments, variables) = (CStrings(command), CStrings(environment))
    let (groups, paths) = (CStrings(inmate.groups), CStrings([path, JailInmate.folder]))
    defer { for list in [arguments, variables, groups, paths] { list.free() } }
    var step: UnsafePointer<CChar>?
    let pid = filter.withUnsafeBytes { filter in
      var visit = cspawn_visit(
        process: inmate.handle.descriptor, namespaces: inmate.namespaces & ~JailInmate.processes,
        joins_processes: inmate.namespaces & JailInmate.processes != 0, user: inmate.user, group: inmate.group,
        terminal: paths.pointer[0], groups: groups.constant, directory: paths.pointer[1], filter: filter.baseAddress,
        filter_size: filter.count, path: arguments.pointer[0], arguments: arguments.pointer,
        environment: variables.pointer)
      return cspawn_enter(&visit, &step)
    }
    guard pid > 0 else {
      Glibc.close(terminal)
      let what = step.map { String(cString: $0) } ?? "fork"
      throw ControlFailure(
        .unavailable, "The shell cannot be started: \(what) failed: \(String(cString: strerror(-pid))).")
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
