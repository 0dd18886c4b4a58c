package import AgentRuntimes
import ControlModel
package import RunnerProtocol

extension RuntimeConfiguration {
  /// What the driver has to know of what the engine has told the runner.
  package init(_ configuration: RunnerConfiguration) {
    let spec = configuration.agent.spec
    self.init(
      session: configuration.session, agent: configuration.agent.name, runtime: spec.runtime, command: spec.command,
      prompt: spec.prompt, permissions: spec.permissions, budget: spec.limits.budget,
      workingDirectory: configuration.workingDirectory, stateDirectory: configuration.stateDirectory,
      runtimeSessionID: configuration.runtimeSessionID, firstSeq: configuration.firstSeq, spent: configuration.spent)
  }
}
