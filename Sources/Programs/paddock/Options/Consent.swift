import ArgumentParser
import ControlModel
import Glibc

/// What a destructive command needs before it acts: a yes on a terminal, `--yes --reason` in scripts.
struct Consent: ParsableArguments {
  @Flag(help: "Do not ask.")
  var yes = false

  @Option(help: "Why; kept with the operation.", transform: ReasonText.read)
  var reason: String?

  /// `question` names the object and what will be lost.
  func obtain(_ question: String) throws(ControlFailure) {
    if yes {
      guard reason?.isEmpty == false else {
        throw ControlFailure(.invalidArgument, "--yes needs --reason TEXT: what is done unasked must say why.")
      }
      return
    }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw ControlFailure(
        .invalidArgument, "This asks before it acts, and there is no terminal to ask on.",
        hint: "In scripts give --yes --reason TEXT.")
    }
    StandardError.write("\(SafeText.line(question)) [y/N] ")
    let answer = readLine()?.lowercased()
    guard answer == "y" || answer == "yes" else {
      throw ControlFailure(.cancelled, "Nothing was done.")
    }
  }
}
