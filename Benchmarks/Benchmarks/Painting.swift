import ControlModel
import SessionHistory

/// The release console on a terminal of 120×40: how soon it shows something, how soon a key shows, what it writes.
enum Painting {
  static let starts = 9
  static let keys = 400
  static let rate = 1_000

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    var findings: [Finding] = []
    for sessions in [500, 1_000, 10_000] {
      let database = try await workbench.database("painting_\(sessions)")
      let ids = try await database.makeSessions(sessions)
      // The lease is taken, so that the console runs no core beside itself.
      _ = try await database.store.acquireLease(holder: "bench")
      let bench = Bench(sessions: sessions, ids: ids, database: database, workbench: workbench)
      findings += try await sessions == 500 ? bench.written() : bench.firstPaint() + bench.keyToScreen()
      await database.store.releaseLease()
      await database.close()
    }
    return findings
  }

  private struct Bench: Sendable {
    let sessions: Int
    let ids: [SessionID]
    let database: BenchmarkDatabase
    let workbench: Workbench

    func open() async throws -> ConsoleProcess {
      let environment = database.environment(workbench)
      return try await blocking {
        let console = try ConsoleProcess(environment: environment)
        try console.read(until: "task-00000")
        return console
      }
    }

    func firstPaint() async throws -> [Finding] {
      var times: [Duration] = []
      for _ in 0..<Painting.starts {
        let (console, duration) = try await time { try await open() }
        times.append(duration)
        try await blocking { console.quit() }
      }
      let (_, floor) = try await time {
        try await ProgramOutput.of([Program.paddock, "--version"], environment: database.environment(workbench))
      }
      let median = times.percentile(0.5)
      return [
        Finding(
          "first rows on the screen: \(sessions) sessions, median of \(starts)", Figure.duration(median),
          peer: "paddock --version: \(Figure.duration(floor))", ratio: "\(Figure.fixed(median / floor, 1))×",
          goal: sessions == 1_000 ? "≤ 100 ms" : "")
      ]
    }

    func keyToScreen() async throws -> [Finding] {
      let quiet = try await pressKeys()
      let traffic = Traffic(Painting.rate, from: Array(ids.prefix(500)), in: database)
      let (busy, duration) = try await time { try await pressKeys() }
      let rate = Figure.rate(try await traffic.stop(), in: duration)
      let kilobytes = busy.residentKilobytes
      return [
        Finding(
          "key to screen, p99: \(sessions) sessions, \(rate) arriving", Figure.duration(busy.times.percentile(0.99)),
          peer: "p50: \(Figure.duration(busy.times.percentile(0.5)))", goal: "≤ 16 ms"),
        Finding(
          "the screen's thread from key to screen, p99: \(sessions) sessions, the same",
          Figure.duration(busy.threadTimes.percentile(0.99)),
          peer: "p50: \(Figure.duration(busy.threadTimes.percentile(0.5)))", goal: "≤ 5 ms"),
        Finding(
          "key to screen, p99: \(sessions) sessions, nothing arriving", Figure.duration(quiet.times.percentile(0.99)),
          peer: "p50: \(Figure.duration(quiet.times.percentile(0.5)))"),
        Finding(
          "console memory: \(sessions) sessions", "\(kilobytes / 1024) MB", goal: sessions == 10_000 ? "≤ 150 MB" : ""),
      ]
    }

    private struct Presses: Sendable {
      var times: [Duration] = []
      /// The screen is the main thread's; whatever else that thread did meanwhile counts, too.
      var threadTimes: [Duration] = []
      var residentKilobytes = 0
    }

    /// Up and down between the first rows: the row that the cursor comes to is written anew, title and all.
    private func pressKeys() async throws -> Presses {
      let console = try await open()
      return try await blocking {
        defer { console.quit() }
        console.readUntilQuiet(milliseconds: 300)
        var (presses, row, step) = (Presses(), 0, 1)
        var random = SplitMix()
        for _ in 0..<Painting.keys {
          console.read(for: .milliseconds(10 + Int64(random.next() % 20)))
          if row + step < 0 || row + step > 8 { step = -step }
          row += step
          let (began, thread) = (ContinuousClock.now, console.child.mainThreadTime)
          console.send(step > 0 ? "j" : "k")
          try console.read(until: "task-0000\(row)")
          presses.times.append(ContinuousClock.now - began)
          presses.threadTimes.append(console.child.mainThreadTime - thread)
        }
        presses.residentKilobytes = console.child.residentKilobytes
        return presses
      }
    }

    func written() async throws -> [Finding] {
      let console = try await open()
      let (moves, rests, idle) = try await blocking {
        console.readUntilQuiet(milliseconds: 300)
        let moves = (0..<80).map { index in
          console.send(index / 8 % 2 == 0 ? "j" : "k")
          return console.readUntilQuiet(milliseconds: 60)
        }
        let rests = (0..<20).map { index in
          console.send(index / 8 % 2 == 0 ? "j" : "k")
          return console.readUntilQuiet(milliseconds: 400)
        }
        return (moves.sorted(), rests.sorted(), console.read(for: .seconds(8)) / 8)
      }
      let traffic = Traffic(sessions, from: ids, in: database)
      let busy = try await blocking {
        defer { console.quit() }
        console.read(for: .seconds(2))
        return console.read(for: .seconds(8)) / 8
      }
      _ = try await traffic.stop()
      return [
        Finding(
          "bytes written for one cursor move, median", "\(moves[moves.count / 2]) B",
          peer: "most: \(moves[moves.count - 1]) B", goal: "≤ 200 B"),
        Finding(
          "the same, and the transcript once the cursor rests", "\(rests[rests.count / 2]) B",
          peer: "most: \(rests[rests.count - 1]) B"),
        Finding("bytes written a second: \(sessions) sessions, nothing happens", "\(idle) B/s", goal: "≤ 2048 B/s"),
        Finding(
          "bytes written a second: \(sessions) sessions, one event a second each", "\(busy) B/s", goal: "≤ 2048 B/s"),
      ]
    }
  }
}
