import ControlModel
import Glibc
import SandboxRunner

let usage = """
  usage: paddock-runner --config FILE
         paddock-runner --version

  Runs one agent inside its sandbox: starts its runtime, keeps its journal and answers HTTP.
  FILE is the JSON that the sandbox's engine wrote. SIGTERM ends the runtime gently.

  """

func fail(_ message: String, code: Int32) -> Never {
  let text = Array(message.utf8)
  _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(code)
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "--version" where arguments.count == 1: print("paddock-runner \(RunnerVersion.current)")
case "--help" where arguments.count == 1: print(usage, terminator: "")
case "--config" where arguments.count == 2:
  do throws(ControlFailure) {
    try RunnerProgram.run(try RunnerProgram.readConfiguration(arguments[1]))
  } catch { fail("paddock-runner: \(error)\n", code: 1) }
default: fail(usage, code: 2)
}
