import ControlModel
import Glibc
import SessionWorkspace

extension LocalSandboxEngine {
  /// What would otherwise fail later, when nobody waits for the answer.
  func check(_ request: SandboxRequest) throws(ControlFailure) {
    guard machine.bubblewrap != nil else {
      throw ControlFailure(
        .unsupported, JailFault.noBubblewrap.told(),
        hint: "On Debian: apt-get install bubblewrap.")
    }
    if machine.isRoot && machine.setpriv == nil {
      throw ControlFailure(.unsupported, "setpriv is not installed.", hint: "On Debian: apt-get install util-linux.")
    }
    guard access(configuration.runner, X_OK) == 0 else {
      throw ControlFailure(.unsupported, "The runner '\(configuration.runner)' is missing or cannot be executed.")
    }
    try checkEnvironment(request.agent)
    try checkRepository(request.agent)
  }

  private func checkEnvironment(_ agent: Agent) throws(ControlFailure) {
    for (name, value) in agent.spec.env.sorted(by: { $0.key < $1.key }) {
      guard VariableRule.canBe(name, value) else {
        throw ControlFailure(
          .invalidArgument, "The environment variable '\(name)' of agent '\(agent.name)' is not valid.")
      }
      guard VariableRule.isDangerous(name) else { continue }
      throw ControlFailure(
        .invalidArgument, "The environment variable '\(name)' of agent '\(agent.name)' would act outside its sandbox.",
        hint: "Set it inside instead: command: [env, \(name)=…, program].")
    }
  }

  private func checkRepository(_ agent: Agent) throws(ControlFailure) {
    guard case .failure(let failure) = WorkspacePreparation(agent.spec).address else { return }
    throw ControlFailure(failure.code, "Agent '\(agent.name)': \(failure.summary)", hint: failure.hint)
  }
}
