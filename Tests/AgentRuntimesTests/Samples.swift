import AgentRuntimes
import ControlModel

extension RuntimeConfiguration {
  static func sample(
    runtime: RuntimeName, command: [String] = [], permissions: AgentSpec.Permissions = .ask,
    prompt: String? = nil, workingDirectory: String = "/work", stateDirectory: String = "/state"
  ) throws -> RuntimeConfiguration {
    RuntimeConfiguration(
      session: SessionID.make(at: .now()), agent: try ResourceName("fixer"), runtime: runtime, command: command,
      prompt: prompt, permissions: permissions, workingDirectory: workingDirectory, stateDirectory: stateDirectory)
  }
}

extension RunnerMessage {
  static func sample(_ text: String) -> RunnerMessage {
    RunnerMessage(id: .make(at: .now()), text: text)
  }
}
