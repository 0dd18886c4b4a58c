import ControlModel
import PaddockProgram
import Testing

/// A number on the command line is a number that makes sense, or is refused by the name of its option.
@Suite struct NumberOptionTests {
  private static let odd = ["nan", "inf", "-inf", "-1", "-1e300", "1e999", "0x1p-3x", "99999999999999999999999", ""]

  /// All options and arguments whose default, or whose help, is a number: as the program's own parser tells them.
  @Test(.timeLimit(.minutes(3))) func everyNumberOfEveryCommandIsBounded() async throws {
    // Nothing runs there: whatever is not refused at once says so.
    let paddock = PaddockInstallation(directory: "/tmp/paddock-not-there")
    let options = try await CommandTree.read(paddock).commands.flatMap { command in
      command.numbers.map { (command, $0) }
    }
    let names = Set(options.map { "\($0.0.path) \($0.1)" })
    #expect(
      names.isSuperset(of: [
        "core --stall-after", "session kill --wait", "session events --after", "install --replicas",
      ]),
      "\(names)")
    for (command, option) in options {
      for value in Self.odd {
        var words = command.path.split(separator: " ").map(String.init) + command.required
        words.append("\(option)=\(value)")
        let run = try await paddock.paddock(words)
        let name = option.drop { $0 == "-" }
        #expect(run.status == 2 && run.errors.contains(name), "\(words): \(run.status) \(run.errors)")
      }
    }
  }

  @Test func theNumberOfAHoldIsOne() async throws {
    let paddock = PaddockInstallation(directory: "/tmp/paddock-not-there")
    for value in ["0", "nan", "1.5", "99999999999999999999"] {
      let run = try await paddock.paddock("retention", "release", value, "--yes", "--reason", "x")
      #expect(run.status == 2, "\(value): \(run.errors)")
    }
  }
}
