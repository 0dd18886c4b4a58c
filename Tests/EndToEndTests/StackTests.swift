import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// Starting and ending the embedded stack, whoever does it at the same time.
@Suite(.serialized) struct StackTests {
  @Test func twoUpsAtOnceStartOneCore() async throws {
    try await PaddockInstallation.run { paddock in
      for _ in 0..<3 {
        try await paddock.require("down")
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<3 { group.addTask { try await paddock.require("up", "--headless") } }
          try await group.waitForAll()
        }
        #expect(cores(of: paddock).count == 1)
      }
    }
  }

  @Test func downHasEndedTheCoreEvenIfItHangs() async throws {
    try await PaddockInstallation.run { paddock in
      let core = try #require(cores(of: paddock).first)
      Glibc.kill(core, SIGSTOP)
      try await paddock.require("down", "--keep-sandboxes")
      #expect(cores(of: paddock).isEmpty)
    }
  }

  @Test func ctrlCAtTheSecretsPromptLeavesATerminalThatEchoes() async throws {
    try await PaddockInstallation.run { paddock in
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        // The trap lets the shell go on as it is: it puts nothing right by itself.
        try await terminal.run(
          "trap : INT; clear; paddock secret set engineering/TOKEN; stty -a | tr ' ' '\\n' | grep echo$")
        try await terminal.wait(for: "Value of")
        try await terminal.press("C-c")
        let screen = try await terminal.wait(for: "the setting") { screen in
          screen.split(separator: "\n").contains { $0 == "echo" || $0 == "-echo" }
        }
        #expect(screen.split(separator: "\n").contains("echo"))
      }
    }
  }

  private func cores(of paddock: PaddockInstallation) -> [pid_t] {
    Processes.all { $0.contains("paddock\0core\0") && $0.contains(paddock.directory) }
  }
}
