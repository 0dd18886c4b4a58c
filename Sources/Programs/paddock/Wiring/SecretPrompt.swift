import ControlModel
import Dispatch
import Glibc

/// Takes in a secret value: from a pipe as it comes, less one newline at its end, or typed without echo.
enum SecretPrompt {
  static func read(_ question: String, atMost size: Int) throws(ControlFailure) -> SecretValue {
    guard isatty(STDIN_FILENO) == 1 else {
      // And the newline at its end.
      var bytes = try TextFile.bytes(of: "-", atMost: size + 1)
      if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
      return SecretValue(bytes)
    }
    StandardError.write(question)
    var settings = termios()
    tcgetattr(STDIN_FILENO, &settings)
    var silent = settings
    silent.c_lflag &= ~tcflag_t(ECHO)
    let endings = restoreOnSignals(settings)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
      for ending in endings { ending.cancel() }
      StandardError.write("\n")
    }
    guard let line = readLine() else { throw ControlFailure(.cancelled, "Nothing was sealed.") }
    return SecretValue(Array(line.utf8))
  }

  /// Ctrl-C must not leave a terminal that does not echo; the program then ends as it would have ended without us. It
  /// cannot be put in the background while it asks.
  private static func restoreOnSignals(_ settings: termios) -> [any DispatchSourceSignal] {
    signal(SIGTSTP, SIG_IGN)
    return [SIGINT, SIGTERM, SIGHUP, SIGQUIT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        var settings = settings
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        StandardError.write("\n")
        signal(number, SIG_DFL)
        kill(getpid(), number)
      }
      source.resume()
      return source
    }
  }
}
