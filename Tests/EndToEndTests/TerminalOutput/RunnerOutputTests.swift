import PaddockProgram
import Testing

/// The runner speaks to terminals, too: of whoever tries it, and of whoever attaches to its container.
@Suite struct RunnerOutputTests {
  @Test(arguments: [["--config"], ["install"], ["serve", "--listen"], ["serve", "--session"]])
  func noNameSteersTheTerminal(_ words: [String]) async throws {
    let hostile = "\u{1B}]0;evil\u{07}\u{9B}31m"
    let run = try await Program.runOnTerminal([PaddockInstallation.products + "/paddock-runner"] + words + [hostile])
    #expect(run.status != 0 && !run.bytes.isEmpty)
    #expect(!run.bytes.contains(0x1B) && !run.bytes.contains(0x07), "\(run.text)")
    #expect(!run.text.unicodeScalars.contains("\u{9B}"), "\(run.text)")
  }
}
