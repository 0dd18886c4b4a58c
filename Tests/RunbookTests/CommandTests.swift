import Foundation
import PaddockProgram
import Testing

/// What docs/runbook.md tells people to type at night is there.
@Suite struct CommandTests {
  @Test func everyCommandAndOptionIsThere() async throws {
    let commands = try Self.commands()
    #expect(commands.count > 15)
    for command in commands { try await check(command) }
  }

  @Test func aCommandThatIsNotThereIsFound() async throws {
    await #expect(throws: Missing.self) { try await check(["session", "revive", "SESSION"]) }
    await #expect(throws: Missing.self) { try await check(["session", "restart", "SESSION", "--force"]) }
  }

  private struct Missing: Error {
    var words: [String]
  }

  private func check(_ command: [String]) async throws {
    var name = [command[0]]
    var help = try await self.help(name)
    if help.contains("SUBCOMMANDS:"), command.count > 1 {
      name.append(command[1])
      help = try await self.help(name)
    }
    let words = help.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
    for option in command where option.hasPrefix("--") {
      if !words.contains(Substring(option)) { throw Missing(words: command) }
    }
  }

  private func help(_ name: [String]) async throws -> String {
    let run = try await Program.run([PaddockInstallation.products + "/paddock", "help"] + name)
    let usage = run.output.split(separator: "\n").first { $0.hasPrefix("USAGE: paddock ") } ?? ""
    guard usage.split(separator: " ").dropFirst(2).starts(with: name.map { Substring($0) }) else {
      throw Missing(words: name)
    }
    return run.output
  }

  /// Of spans of code and of indented lines, without the program's name and what stands in `#` comments.
  private static func commands() throws -> Set<[String]> {
    let text = try Runbook().text
    let lines = text.split(separator: "\n").map(String.init)
    let blocks = lines.filter { $0.hasPrefix("    ") }
    // Spans do not end with their line.
    let prose = lines.filter { !$0.hasPrefix("    ") }.joined(separator: " ")
    return Set(
      (blocks + Runbook.code(in: prose)).compactMap { command in
        let words = command.prefix { $0 != "#" }.split(separator: " ").map(String.init)
        return words.first == "paddock" && words.count > 1 ? Array(words.dropFirst()) : nil
      })
  }
}
