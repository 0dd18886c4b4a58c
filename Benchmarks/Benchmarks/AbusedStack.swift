import ControlModel
import Glibc
import PostgresClient

/// `paddock up` in a folder of its own, with the sessions of both teams.
struct AbusedStack: Sendable {
  let folder: String
  private let administration: PostgresPool
  private let url: String

  static func start(in folder: String) async throws -> AbusedStack {
    mkdir(folder, 0o755)
    let stack = AbusedStack(folder: folder)
    try await stack.paddock("up", "--headless")
    for team in ["alpha", "beta"] { try await stack.paddock("team", "create", team) }
    try await stack.administration.script(
      """
      CREATE ROLE victor LOGIN; GRANT paddock_operator, paddock_team_beta TO victor;
      CREATE ROLE mallory LOGIN; GRANT paddock_operator, paddock_team_alpha TO mallory
      """)
    try HostileAgents.write(to: folder + "/agents.yaml")
    try await stack.paddock("agent", "apply", "-f", folder + "/agents.yaml")
    for number in 0..<Abusing.victims {
      try await stack.paddock("session", "start", "--team", "beta", "--agent", "steady", "--title", title(number))
    }
    return stack
  }

  private static func title(_ number: Int) -> String {
    let digits = String(number)
    return "task-" + String(repeating: "0", count: 5 - digits.count) + digits
  }

  private init(folder: String) {
    self.folder = folder
    url = "postgresql:///paddock?host=\(folder)/postgres&user="
    administration = PostgresPool(PostgresConfiguration(url: url + "paddock"), size: 2)
  }

  func stop() async throws {
    await administration.close()
    try await paddock("down")
  }

  private var environment: [String: String] {
    [
      "PATH": Program.variable("PATH") ?? "/usr/bin:/bin", "HOME": folder, "TERM": "xterm-256color",
      "LC_ALL": "C.UTF-8", "PADDOCK_DATA_DIR": folder,
    ]
  }

  @discardableResult
  private func paddock(_ arguments: String...) async throws -> String {
    let run = try await ProgramOutput.of([Program.paddock] + arguments, environment: environment)
    guard run.status == 0 else {
      throw BenchmarkFailure("paddock \(arguments.joined(separator: " ")) ended with \(run.status): \(run.text)")
    }
    return run.text
  }

  /// From an agent's word to its row, for every event that comes while this is watched; to the 20 ms of the questions.
  func recordingDelays(for seconds: Int) async throws -> [Duration] {
    let end = ContinuousClock.now + .seconds(seconds)
    var delays: [Duration] = []
    var seen: [String: Int64] = [:]
    while ContinuousClock.now < end {
      for row in try await administration.query(Self.newest) {
        let (id, seq) = (try row.text("id"), try row.int("seq"))
        guard let spoken = Int64(try row.text("text")) else { continue }
        if let last = seen[id], seq > last {
          delays.append(.microseconds(try row.timestamp("now") - spoken / 1000))
        }
        seen[id] = max(seen[id] ?? 0, seq)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return delays
  }

  private static let selection = "▌"

  private static let newest = """
    SELECT s.id::text AS id, e.seq, clock_timestamp() AS now, e.text
    FROM paddock.session s CROSS JOIN LATERAL (
      SELECT seq, text FROM paddock.event e
      WHERE e.session_id = s.id AND e.bucket = s.bucket AND e.seq > s.events - 5 AND e.kind = 'assistant'
      ORDER BY seq) e
    WHERE s.team = 'beta' ORDER BY e.seq
    """

  /// On the console of an operator of `beta`, who sees its sessions only: up and down between its first rows, until the
  /// mark of the selected row is drawn, which nothing but a key moves.
  func pressKeys(for seconds: Int) async throws -> [Duration] {
    let environment = environment.merging(["PADDOCK_DATABASE_URL": url + "victor"]) { $1 }
    return try await blocking {
      let console = try ConsoleProcess(environment: environment)
      defer { console.quit() }
      try console.read(until: Self.selection)
      console.read(for: .seconds(2))
      let end = ContinuousClock.now + .seconds(seconds)
      var (times, step, row) = ([Duration](), 1, 0)
      var random = SplitMix()
      while ContinuousClock.now < end {
        console.read(for: .milliseconds(100 + Int64(random.next() % 200)))
        if row + step < 0 || row + step > 8 { step = -step }
        row += step
        let began = ContinuousClock.now
        console.send(step > 0 ? "j" : "k")
        try console.read(until: Self.selection)
        times.append(ContinuousClock.now - began)
      }
      return times
    }
  }

  /// Two sessions of each hostile agent, and a hostile operator.
  func attack() async throws -> HostileOperator {
    for agent in HostileAgents.names {
      for _ in 0..<2 { try await paddock("session", "start", "--team", "alpha", "--agent", agent, "--title", agent) }
    }
    return HostileOperator(url: url + "mallory")
  }
}
