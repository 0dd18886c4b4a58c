import PaddockProgram
import Testing

/// The dynamic linker tells of each library that is taken apart at the end; a thread may still be in one of them then.
@Suite struct ProgramEndTests {
  @Test(arguments: ["--version": 0, "--help": 0, "nonsense": 2, "status": 1])
  func noLibraryOfTheCommandIsTakenApart(argument: String, status: Int32) async throws {
    try await expect(["paddock", argument], toEndWith: status)
  }

  @Test func norOfTheRunner() async throws {
    try await expect(["paddock-runner", "--config", "/nonexistent"], toEndWith: 1)
  }

  private func expect(_ command: [String], toEndWith status: Int32) async throws {
    let run = try await Program.run(
      ["\(PaddockInstallation.products)/\(command[0])"] + command.dropFirst(),
      environment: ["LD_DEBUG": "files", "PADDOCK_DATA_DIR": "/nonexistent"])
    #expect(run.status == status)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.contains { $0.contains("calling init: ") && $0.contains("/libc.so") })
    #expect(!lines.contains { $0.contains("calling fini: ") }, "\(lines.suffix(5))")
  }
}
