import ArgumentParser
import ControlModel
import Files
import Glibc
import Logging

/// From the argument list to the exit status: 0 well, 1 failed, 2 wrongly called.
///
/// Every way out is `quick_exit`, which runs what was registered for it (the terminal is handed back) and nothing else.
/// `exit` also takes apart what libraries keep for the whole process while other threads still use it: OpenSSL frees its
/// locks, and a connection that a thread is just closing is the crash of a command that had succeeded.
enum Launch {
  static func start(arguments: [String]) {
    // A reader that goes away (`paddock … | head`) is an error of that write, not the end of the program.
    signal(SIGPIPE, SIG_IGN)
    LoggingSystem.bootstrap { StreamLogHandler(label: $0, stream: StandardErrorStream()) }
    Task.detached {
      await run(arguments)
      quick_exit(0)
    }
  }

  /// Swift repairs what is no UTF-8: the command would act on another name than was said.
  private static func checkArguments() {
    let all = CommandLine.unsafeArgv
    for number in 1..<max(1, Int(CommandLine.argc)) {
      guard let text = all[number] else { continue }
      let bytes = UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
      guard String(validating: bytes, as: UTF8.self) == nil else { continue }
      leave(
        "The argument '\(escapedText(of: bytes).prefix(200))' is not UTF-8, and no name here is anything else.",
        status: 2)
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
    let rows = UnreadableRows()
    let end = await rows.gather { () async -> Result<Void, any Error> in
      do { return .success(try await perform(arguments)) } catch { return .failure(error) }
    }
    // At the end: the console has the terminal until then.
    tell(rows.all)
    do {
      try end.get()
    } catch let failure as ControlFailure {
      leave(failure)
    } catch is CancellationError {
      leave("It was interrupted.", status: 1)
    } catch {
      leave(on: error)
    }
  }

  private static func perform(_ arguments: [String]) async throws {
    checkArguments()
    let command = parse(arguments)
    if var command = command as? any AsyncParsableCommand { return try await command.run() }
    var plain = command
    try plain.run()
  }

  /// What was left out of the answer is no reason to fail, and none to keep quiet.
  private static func tell(_ rows: [UnreadableRow]) {
    let shown = 20
    for row in rows.prefix(shown) { StandardError.write("paddock: \(SafeText.line("\(row)"))\n") }
    if rows.count > shown {
      StandardError.write("paddock: \(rows.count - shown) more rows cannot be read: see `paddock unreadable list`.\n")
    }
  }

  /// Help and version are printed and are no failure; a wrong call is answered with the parser's own sentence.
  private static func leave(on error: any Error) -> Never {
    let code = Paddock.exitCode(for: error)
    if code.isSuccess {
      StandardOutput.write(Paddock.fullMessage(for: error) + "\n")
      quick_exit(0)
    }
    if let code = error as? ExitCode { quick_exit(code.rawValue) }
    leave(Paddock.fullMessage(for: error), status: code == .validationFailure ? 2 : 1)
  }

  private static func leave(_ failure: ControlFailure) -> Never {
    StandardError.progress("")
    StandardError.say("paddock: \(failure.description)")
    quick_exit(failure.code == .invalidArgument ? 2 : 1)
  }

  static func leave(_ message: String, status: Int32) -> Never {
    let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
    StandardError.write("paddock: \(text)\n")
    quick_exit(status)
  }
}
