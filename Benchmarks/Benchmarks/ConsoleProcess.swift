import Glibc
import TerminalCore

/// `paddock console` on a pseudo-terminal, seen from the terminal's side. Its methods block.
struct ConsoleProcess: Sendable {
  let child: Child
  private let terminal: Int32

  static let size = Size(columns: 120, rows: 40)

  init(environment: [String: String]) throws(BenchmarkFailure) {
    terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, Int32) = (0, 0)
    guard terminal >= 0, ioctl(terminal, setLock, &isLocked) == 0, ioctl(terminal, getNumber, &number) == 0 else {
      throw BenchmarkFailure("no pseudo-terminal: errno \(errno)")
    }
    var window = winsize(
      ws_row: UInt16(Self.size.rows), ws_col: UInt16(Self.size.columns), ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(terminal, UInt(TIOCSWINSZ), &window) == 0 else {
      throw BenchmarkFailure("the pseudo-terminal takes no size: errno \(errno)")
    }
    child = try Child([Program.paddock, "console"], environment: environment, terminal: "/dev/pts/\(number)")
  }

  /// Leaves as an operator does, so that the terminal's end is part of what ran.
  func quit() {
    send("q")
    // What the console writes on its way out must not keep it waiting.
    while readSome(milliseconds: 5_000) != nil {}
    kill(child.pid, SIGTERM)
    _ = child.wait()
    close(terminal)
  }

  func send(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = write(terminal, bytes, bytes.count)
  }

  /// Bytes until the console has written this text in one piece.
  @discardableResult
  func read(until text: String, seconds: Double = 20) throws(BenchmarkFailure) -> Int {
    let wanted = Array(text.utf8)
    let end = ContinuousClock.now + .seconds(seconds)
    var (seen, count) = ([UInt8](), 0)
    while ContinuousClock.now < end {
      guard let more = readSome(milliseconds: 1_000) else { break }
      count += more.count
      seen = seen.suffix(wanted.count - 1) + more
      if contains(seen, wanted) { return count }
    }
    throw BenchmarkFailure("the console did not show '\(text)' within \(seconds) s: \(printable(seen))")
  }

  /// Bytes until nothing came for this long.
  @discardableResult
  func readUntilQuiet(milliseconds: Int32) -> Int {
    var count = 0
    while let more = readSome(milliseconds: milliseconds), !more.isEmpty { count += more.count }
    return count
  }

  /// Bytes that come within a time.
  @discardableResult
  func read(for duration: Duration) -> Int {
    let end = ContinuousClock.now + duration
    var count = 0
    while true {
      let left = (end - ContinuousClock.now) / .milliseconds(1)
      guard left > 0, let more = readSome(milliseconds: Int32(left.rounded(.up))) else { return count }
      count += more.count
    }
  }

  /// Empty when nothing came in time; nil when the console is gone.
  private func readSome(milliseconds: Int32) -> [UInt8]? {
    var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(terminal, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}

/// TIOCSPTLCK and TIOCGPTN, macros that Swift does not see; posix_openpt and its kin are for _XOPEN_SOURCE only.
private let setLock: UInt = 0x4004_5431
private let getNumber: UInt = 0x8004_5430

private func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
  guard bytes.count >= wanted.count else { return false }
  return (0...(bytes.count - wanted.count)).contains { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
}

private func printable(_ bytes: [UInt8]) -> String {
  String(decoding: bytes.suffix(200).filter { $0 >= 32 && $0 < 127 }, as: UTF8.self)
}
