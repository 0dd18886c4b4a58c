import Foundation
import Glibc

/// What a program wrote to a terminal of its own.
package struct TerminalRun: Sendable {
  package var status: Int32
  package var bytes: [UInt8]

  /// With `U+FFFD` for what is not UTF-8.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// What is done once a program has written a certain text.
package enum TerminalReply: Sendable {
  case type(String)
  case signal(Int32)
}

extension Program {
  /// Runs a program as a shell does: in a session of its own, whose terminal is its input, output and error.
  package static func runOnTerminal(
    _ command: [String], environment: [String: String] = [:], replies: [(seen: String, reply: TerminalReply)] = []
  ) async throws -> TerminalRun {
    let terminal = try PseudoTerminal()
    let pid = try spawn(
      ["/usr/bin/env"] + command, ProcessInfo.processInfo.environment.merging(environment) { $1 },
      files: [terminal.path, terminal.path, terminal.path], inOwnSession: true)
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: terminal.attend(pid, replies)) }
    }
  }
}

/// The operator's end of a terminal.
private final class PseudoTerminal: Sendable {
  let path: String
  private let descriptor: Int32

  /// Longer than any command takes on a busy machine.
  private static let patience = Duration.seconds(90)

  init() throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: UInt32 = 0
    var isLocked: Int32 = 0
    var size = winsize(ws_row: 40, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0)
    // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
    guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &isLocked) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0,
      ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    path = "/dev/pts/\(number)"
  }

  deinit { close(descriptor) }

  /// Reads until the program has ended and nothing is left of what it wrote. One that does not end is killed.
  func attend(_ pid: pid_t, _ replies: [(seen: String, reply: TerminalReply)]) -> TerminalRun {
    let end = ContinuousClock.now + Self.patience
    var run = TerminalRun(status: -1, bytes: [])
    var open = replies[...]
    var status: Int32 = 0
    var hasEnded = false
    var from = 0
    while true {
      let count = read(into: &run.bytes)
      if count == 0, hasEnded { break }
      if let next = open.first, let place = Self.find(Array(next.seen.utf8), in: run.bytes, from: from) {
        from = place
        open = open.dropFirst()
        perform(next.reply, on: pid)
      }
      if !hasEnded { hasEnded = waitpid(pid, &status, WNOHANG) == pid }
      if ContinuousClock.now > end { kill(pid, SIGKILL) }
    }
    run.status = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return run
  }

  /// How many bytes there were within a moment; none, too, when no program has the terminal open.
  private func read(into bytes: inout [UInt8]) -> Int {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 20) > 0 else { return 0 }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &chunk, chunk.count)
    guard count > 0 else {
      // Nobody has opened the other end yet, or has it any more: the call returns at once then.
      usleep(5_000)
      return 0
    }
    bytes += chunk[..<count]
    return count
  }

  private func perform(_ reply: TerminalReply, on pid: pid_t) {
    switch reply {
    case .type(let text): _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    case .signal(let number): kill(pid, number)
    }
  }

  private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count - start >= wanted.count else { return nil }
    return (start...(bytes.count - wanted.count)).first { bytes[$0...].starts(with: wanted) }.map { $0 + wanted.count }
  }
}
