import ArgumentParser
import ControlModel
import TranscriptImport

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring in the history of agents that ran without Paddock.",
    discussion: """
      Takes transcripts of Claude Code, Codex, Gemini CLI, opencode, OpenHands and SWE-agent, and JSON lines of others; \
      folders with all that is below them: `paddock import ~/.claude ~/.codex`. What was imported before stays as it \
      is, so the command may be repeated. Links inside a folder are not followed, and what looks like a transcript there \
      and is not read is listed with the reason. A line that is no record is reported and kept in its session as an error.
      """)

  @Argument(help: "Files and folders.") var paths: [String]
  @Option(help: "The team that owns the sessions; it is made if it is missing.") var team = "imported"
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let team = try ResourceName(team, of: "team name")
    let report = try await common.withStores { stores in
      let importer = TranscriptImporter(store: stores.history, team: team, actor: stores.actor, reason: reason)
      return try await importer.importPaths(paths) {
        StandardError.progress($0)
      } prepare: { () async throws(ControlFailure) in
        guard try await !stores.history.teams().contains(where: { $0.name == team }) else { return }
        _ = try await stores.history.createTeam(team, actor: stores.actor, reason: reason)
      }
    }
    StandardError.progress("")
    Report.print(report.json, as: common.output) { text(report) }
    if report.files == 0, !report.problems.isEmpty { throw ExitCode.failure }
  }

  private func text(_ report: ImportReport) -> String {
    let problems = report.problems.map { problem in
      let line = problem.line.map { ":\($0)" } ?? ""
      return SafeText.line("\(problem.file)\(line): \(problem.message)") + "\n"
    }
    var table = Table(columns: ["FILES", "SESSIONS", "EVENTS", "DUPLICATES", "BAD LINES", "UNFINISHED", "LEFT OUT"])
    let counts = [
      report.files, report.sessions, report.events, report.duplicates, report.badLines, report.unfinishedLines,
      report.skipped,
    ].map(String.init)
    table.rows.append(counts)
    return problems.joined() + table.text
  }
}

extension ImportReport {
  fileprivate var json: JSONValue {
    [
      "files": JSONValue(files), "sessions": JSONValue(sessions), "events": JSONValue(events),
      "duplicates": JSONValue(duplicates), "badLines": JSONValue(badLines),
      "unfinishedLines": JSONValue(unfinishedLines), "leftOut": JSONValue(skipped),
      "problems": .array(
        problems.map { problem in
          [
            "file": .string(problem.file), "line": problem.line.map { JSONValue($0) } ?? .null,
            "message": .string(problem.message),
          ]
        }),
    ]
  }
}
