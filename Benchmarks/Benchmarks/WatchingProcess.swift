import Dispatch
import Glibc
import Synchronization

/// A program that prints a line for each sandbox that it sees, the name in the second column.
final class WatchingProcess: Sendable {
  private struct Seen {
    /// Sandboxes, each counted once.
    var moments: [String: ContinuousClock.Instant] = [:]
    var hasEnded = false
  }

  let child: Child
  let started: ContinuousClock.Instant
  private let seen = Mutex(Seen())

  init(_ arguments: [String], environment: [String: String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw BenchmarkFailure("no pipe: errno \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    started = .now
    child = try Child(arguments, environment: environment, output: ends[1])
    close(ends[1])
    let reading = ends[0]
    DispatchQueue(label: "lines of \(arguments[0])").async { self.read(reading) }
  }

  func end() async throws {
    kill(child.pid, SIGTERM)
    _ = try await blocking { [child] in child.wait() }
  }

  /// When so many different sandboxes have been printed since the start, or since `forget`.
  func sight(of count: Int, within limit: Duration = .seconds(120)) async throws -> ContinuousClock.Instant {
    let end = ContinuousClock.now + limit
    while true {
      let (reached, last, hasEnded) = seen.withLock { ($0.moments.count, $0.moments.values.max(), $0.hasEnded) }
      if reached >= count, let last { return last }
      guard !hasEnded, ContinuousClock.now < end else {
        throw BenchmarkFailure("a watcher \(hasEnded ? "ended" : "stopped") after \(reached) of \(count) sandboxes")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func forget() { seen.withLock { $0.moments = [:] } }

  /// By the sandbox's name.
  var moments: [String: ContinuousClock.Instant] { seen.withLock { $0.moments } }

  private func read(_ descriptor: Int32) {
    var (rest, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 18))
    while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
      let now = ContinuousClock.now
      rest += buffer[..<count]
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      let names = rest[..<end].split(separator: UInt8(ascii: "\n")).compactMap(name)
      rest.removeSubrange(...end)
      seen.withLock { seen in
        for name in names where seen.moments[name] == nil { seen.moments[name] = now }
      }
    }
    close(descriptor)
    seen.withLock { $0.hasEnded = true }
  }

  /// `nil` for kubectl's heading.
  private func name(_ line: ArraySlice<UInt8>) -> String? {
    let columns = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard columns.count > 1, columns[0].elementsEqual(SandboxPopulation.namespace.utf8) else { return nil }
    return String(decoding: columns[1], as: UTF8.self)
  }
}
