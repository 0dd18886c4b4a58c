import ControlModel
import Glibc
import SandboxRunner
import TerminalCore

let usage = """
  usage: paddock-runner --config FILE
         paddock-runner serve --listen ADDRESS:PORT --session FILE [--token-file FILE | --handover-key SHA256] [--generation N]
         paddock-runner install DIRECTORY
         paddock-runner --version

  Runs one agent inside its sandbox: starts its runtime, keeps its journal and answers HTTP. SIGTERM ends the runtime
  gently, a turn that runs may end before; the runner ends with 143 then, since being stopped is no success.

  --config   all of it from one file: the JSON that the sandbox's engine wrote.
  serve      waits to be given its session by PUT /v1/session, keeps it in FILE, and goes on with it by itself when it
             is started again. The token is the first line of --token-file or the variable PADDOCK_RUNNER_TOKEN, or
             comes with the session from who shows the key of that SHA-256 (64 hexadecimal digits).
             PADDOCK_RUNNER_GRACE: the seconds from SIGTERM to SIGKILL; a turn may use what the end does not need.
  install    copies this program into a directory, for a container of another image to start.

  """

/// Leaves without taking apart what threads of the server may still use; nothing written is left in a buffer.
func fail(_ message: String, code: Int32) -> Never {
  // A name that somebody chose must not steer the terminal that it is shown on.
  let text = Array((isatty(STDERR_FILENO) == 1 ? TextSanitizer.multiLine(message, tabWidth: 8) : message).utf8)
  _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  quick_exit(code)
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "--version" where arguments.count == 1: print("paddock-runner \(RunnerVersion.current)")
case "--help" where arguments.count == 1: print(usage, terminator: "")
case "--config" where arguments.count == 2:
  do throws(ControlFailure) {
    quick_exit(try RunnerProgram.run(try RunnerProgram.readConfiguration(arguments[1])))
  } catch { fail("paddock-runner: \(error)\n", code: 1) }
case "serve":
  do throws(ControlFailure) {
    let token = getenv(RunnerSettings.tokenVariable).map { String(cString: $0) }
    let grace = getenv(RunnerSettings.graceVariable).map { String(cString: $0) }
    guard
      let settings = try RunnerSettings(
        arguments: Array(arguments.dropFirst()), environmentToken: token, environmentGrace: grace)
    else {
      fail(usage, code: 2)
    }
    quick_exit(try RunnerProgram.serve(settings))
  } catch { fail("paddock-runner: \(error)\n", code: 1) }
case "install" where arguments.count == 2:
  do throws(ControlFailure) { try RunnerProgram.install(into: arguments[1]) } catch {
    fail("paddock-runner: \(error)\n", code: 1)
  }
default: fail(usage, code: 2)
}
