import ControlModel
import PaddockProgram

/// The commands of the real program, as its own parser tells them: a new one is known without being named here.
struct CommandTree {
  struct Command: Sendable {
    /// Such as `session approve`.
    var path: String
    var hasOutputFormats: Bool
    /// Options whose default is a number, such as `--wait`.
    var numbers: [String] = []
    /// Words for all that must be given.
    var required: [String] = []
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
    let arguments = command["arguments"]?.arrayValue ?? []
    let names = (command["arguments"]?.arrayValue ?? []).compactMap { $0["preferredName"]?["name"]?.stringValue }
    return [
      Command(
        path: path.joined(separator: " "), hasOutputFormats: names.contains("output"),
        numbers: arguments.filter { $0["defaultValue"]?.stringValue.flatMap(Double.init) != nil }.compactMap(option),
        required: arguments.filter { $0["isOptional"] == false }.flatMap(words))
    ]
  }

  private static func option(_ argument: JSONValue) -> String? {
    argument["preferredName"]?["name"]?.stringValue.map { "--\($0)" }
  }

  private static func words(for argument: JSONValue) -> [String] {
    // Also a team and its agent.
    guard argument["kind"]?.stringValue == "option" else { return ["a/b"] }
    return (option(argument).map { [$0] } ?? []) + ["x"]
  }
}
