import Foundation
import PaddockProgram
import Testing

/// `--context` and `--kubeconfig` of a console reach its shells and logs.
@Suite(.serialized) struct ContextOptionTests {
  @Test func theContextThatAConsoleIsStartedWithIsTheChosenOne() async throws {
    try await PaddockInstallation.run { paddock in
      let kubeconfig = paddock.directory + "/own-kubeconfig"
      try """
      {"apiVersion": "v1", "kind": "Config", "current-context": "one",
       "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}], "users": [{"name": "u"}],
       "contexts": [{"name": "one", "context": {"cluster": "c", "user": "u"}},
                    {"name": "two", "context": {"cluster": "c", "user": "u"}}]}
      """.write(toFile: kubeconfig, atomically: true, encoding: .utf8)
      try await ConsoleTerminal.open(.large, on: paddock) { terminal in
        for command in ["paddock console", "paddock up"] {
          try await terminal.run("clear; \(command) --kubeconfig \(kubeconfig) --context two; echo it ended")
          try await terminal.wait(for: "? help")
          try await terminal.type(":context")
          try await terminal.press("Enter")
          try await terminal.wait(for: "one, two (chosen)")
          try await terminal.type(":quit")
          try await terminal.press("Enter")
          try await terminal.wait(for: "it ended")
        }
      }
    }
  }
}
