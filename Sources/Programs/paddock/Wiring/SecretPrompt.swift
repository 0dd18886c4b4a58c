import ControlModel
import Glibc

/// Takes in a secret value: from a pipe as it comes, less one newline at its end, or typed without echo.
enum SecretPrompt {
  static func read(_ question: String) throws(ControlFailure) -> SecretValue {
    guard isatty(STDIN_FILENO) == 1 else {
      var bytes = try TextFile.bytes(of: "-")
      if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
      return SecretValue(bytes)
    }
    StandardError.write(question)
    var settings = termios()
    tcgetattr(STDIN_FILENO, &settings)
    var silent = settings
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
      StandardError.write("\n")
    }
    guard let line = readLine() else { throw ControlFailure(.cancelled, "Nothing was sealed.") }
    return SecretValue(Array(line.utf8))
  }
}
