import ControlModel
import Glibc
import RunnerProtocol
import Testing

/// Keys of whoever started the runner are none of the agent's, whatever filter there is besides.
@Suite struct KeyringTests {
  /// By number, which is the machine's own; Python shows neither call.
  private static let calls = """
    import ctypes, os, platform, sys
    libc = ctypes.CDLL(None); add, control = (248, 250) if platform.machine() == "x86_64" else (217, 219)

    """
  private static let holder =
    calls + """
      libc.syscall(control, 1, None)
      key = libc.syscall(add, b"user", b"paddock-probe", b"secret", 6, -3)
      os.execvp(sys.argv[1], sys.argv[1:]) if key > 0 else sys.exit("no keyrings here")
      """
  private static let thief =
    calls + """
      print("found", libc.syscall(control, 10, -3, b"user", b"paddock-probe", 0) > 0, flush=True)
      sys.stdin.readline()
      """

  @Test func anAgentHasASessionKeyringOfItsOwn() async throws {
    let folder = try TemporaryFolder()
    let command = ["python3", "-c", Self.thief]
    let runner = try RunnerProcess(
      makeConfiguration(folder, command), in: folder, launcher: ["python3", "-c", Self.holder])
    let said = try await eventually("the agent has looked") {
      let lines = (try? folder.read("journal").split(separator: 0x0A)) ?? []
      return lines.compactMap { try? EventLine.decode(Array($0)).text }.first { $0.hasPrefix("found") }
    }
    #expect(said == "found False")
    kill(runner.process, SIGTERM)
    #expect(runner.wait() == 143)
  }
}
