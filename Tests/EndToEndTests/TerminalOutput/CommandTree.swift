import ControlModel
import PaddockProgram

/// The commands of the real program, as its own parser tells them: a new one is known without being named here.
struct CommandTree {
  struct Command: Sendable {
    /// Such as `session approve`.
    var path: String
    var hasOutputFormats: Bool
  }

  let commands: [Command]

  static func read(_ paddock: PaddockInstallation) async throws -> CommandTree {
    let run = try await paddock.require("--experimental-dump-help")
    guard let root = try JSONValue(parsing: run.output)["command"] else {
      throw ControlFailure(.malformed, "The program's parser told of no command: \(run.output.prefix(200))")
    }
    return CommandTree(commands: leaves(of: root, path: []))
  }

  private static func leaves(of command: JSONValue, path: [String]) -> [Command] {
    let subcommands = (command["subcommands"]?.arrayValue ?? []).filter { $0["commandName"]?.stringValue != "help" }
    guard subcommands.isEmpty else {
      return subcommands.flatMap { leaves(of: $0, path: path + [$0["commandName"]?.stringValue ?? "?"]) }
    }
    let names = (command["arguments"]?.arrayValue ?? []).compactMap { $0["preferredName"]?["name"]?.stringValue }
    return [Command(path: path.joined(separator: " "), hasOutputFormats: names.contains("output"))]
  }
}
