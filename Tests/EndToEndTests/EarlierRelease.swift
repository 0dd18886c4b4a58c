import ControlModel
import EmbeddedPostgres
import Foundation
import PaddockProgram
import Testing

/// What an earlier release left: a dump in `Upgrade/` with all that it holds, and its programs, built from the history.
///
/// The dump: an agent `echo` of team alpha with a suspended session and a purged one, one of beta that was killed while
/// it waited for an approval, one that failed, four imported transcripts, sealed secrets of two teams under `master.key`,
/// a quota. Beside it what that release printed of the sessions and of three histories.
enum EarlierRelease {
  /// In a file, which `Scripts/test` reads, too: it has the programs built before.
  static let commit =
    (try? String(contentsOfFile: folder + "/commit", encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    ?? "of no name: Upgrade/commit cannot be read"

  static let echo = """
    while read -r l; do echo "{\\"kind\\":\\"assistant\\",\\"text\\":\\"heard: $l\\"}"; \
    echo "{\\"kind\\":\\"result\\",\\"text\\":\\"done\\"}"; done
    """

  private static let folder = PaddockInstallation.checkout + "/Tests/EndToEndTests/Upgrade"

  static func sessions() throws -> [JSONValue] {
    try JSONValue(parsing: String(contentsOfFile: folder + "/sessions.json", encoding: .utf8)).arrayValue ?? []
  }

  static func histories() throws -> [String: [String]] {
    var histories: [String: [String]] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".jsonl") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      histories[String(file.dropLast(6))] = text.split(separator: "\n").map(String.init)
    }
    try #require(histories.count == 3)
    return histories
  }

  /// A data directory whose database is the dump, followed by these scripts of `Upgrade/`; nothing runs but its server.
  static func restored(_ scripts: String..., body: (PaddockInstallation) async throws -> Void) async throws {
    try await PaddockInstallation.unstarted { paddock in
      let server = EmbeddedPostgres(dataDirectory: paddock.directory + "/postgres")
      _ = try await server.start()
      for script in ["roles", "release"] + scripts {
        try await paddock.sql(file: "\(folder)/\(script).sql")
      }
      let key = try Data(contentsOf: URL(filePath: folder + "/master.key"))
      #expect(
        FileManager.default.createFile(
          atPath: paddock.directory + "/master.key", contents: key, attributes: [.posixPermissions: 0o600]))
      try await body(paddock)
    }
  }

  /// A data directory, as the programs of that release and as those of this one see it.
  static func running(
    environment: [String: String] = [:],
    _ body: (_ earlier: PaddockInstallation, _ paddock: PaddockInstallation) async throws -> Void
  ) async throws {
    let programs = try await programs()
    try await PaddockInstallation.unstarted(environment: environment) { paddock in
      var earlier = paddock
      earlier.products = programs
      try await body(earlier, paddock)
    }
  }

  /// The folder of its `paddock` and its `paddock-runner`.
  static func programs() async throws -> String {
    let made = try await Program.run([PaddockInstallation.checkout + "/Tests/Support/release", commit])
    return try #require(made.lines.last, "\(made.errors)")
  }
}

extension PaddockInstallation {
  /// What a query says, as psql prints it without ornaments.
  func sql(_ query: String) async throws -> String {
    try await psql("-c", query).output.trimmingCharacters(in: .newlines)
  }

  func sql(file: String) async throws {
    try await psql("-f", file)
  }

  @discardableResult
  private func psql(_ arguments: String...) async throws -> ProgramRun {
    let connection = ["-h", directory + "/postgres", "-U", "paddock", "-d", "paddock"]
    let run = try await Program.run(
      ["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1"] + connection + arguments)
    guard run.status == 0 else { throw UnexpectedRun(what: "psql \(arguments)", run: run, log: coreLog) }
    return run
  }
}
