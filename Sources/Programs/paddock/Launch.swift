import ArgumentParser
import ControlModel
import Glibc
import Logging

/// From the argument list to the exit status: 0 well, 1 failed, 2 wrongly called.
enum Launch {
  static func start(arguments: [String]) {
    // A reader that goes away (`paddock … | head`) is an error of that write, not the end of the program.
    signal(SIGPIPE, SIG_IGN)
    LoggingSystem.bootstrap { StreamLogHandler(label: $0, stream: StandardErrorStream()) }
    Task.detached {
      await run(arguments)
      exit(0)
    }
  }

  private static func parse(_ arguments: [String]) -> any ParsableCommand {
    do {
      return try Paddock.parseAsRoot(arguments)
    } catch {
      leave(on: error)
    }
  }

  private static func run(_ arguments: [String]) async {
    let command = parse(arguments)
    do {
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
    } catch let failure as ControlFailure {
      leave(failure)
    } catch is CancellationError {
      leave("It was interrupted.", status: 1)
    } catch {
      leave(on: error)
    }
  }

  /// Help and version are printed and are no failure; a wrong call is answered with the parser's own sentence.
  private static func leave(on error: any Error) -> Never {
    let code = Paddock.exitCode(for: error)
    if code.isSuccess {
      StandardOutput.write(Paddock.fullMessage(for: error) + "\n")
      exit(0)
    }
    if let code = error as? ExitCode { exit(code.rawValue) }
    leave(Paddock.fullMessage(for: error), status: code == .validationFailure ? 2 : 1)
  }

  private static func leave(_ failure: ControlFailure) -> Never {
    StandardError.progress("")
    StandardError.say("paddock: \(failure.description)")
    exit(failure.code == .invalidArgument ? 2 : 1)
  }

  static func leave(_ message: String, status: Int32) -> Never {
    let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
    StandardError.write("paddock: \(text)\n")
    exit(status)
  }
}
