import ControlModel
import Glibc
import SessionWorkspace

extension LocalSandboxEngine {
  /// What would otherwise fail later, when nobody waits for the answer.
  func check(_ request: SandboxRequest) throws(ControlFailure) {
    guard machine.bubblewrap != nil else {
      throw ControlFailure(
        .unsupported, JailFault.noBubblewrap.told(), hint: "On Debian: apt-get install bubblewrap.")
    }
    if machine.isRoot && machine.setpriv == nil {
      throw ControlFailure(
        .unsupported, JailFault.noSetpriv.told(), hint: "On Debian: apt-get install util-linux.")
    }
    guard access(configuration.runner, X_OK) == 0 else {
      throw ControlFailure(.unsupported, JailFault.noRunner.told(configuration.runner))
    }
    try checkEnvironment(request.agent)
    try checkRepository(request.agent)
  }

  private func checkEnvironment(_ agent: Agent) throws(ControlFailure) {
    for (name, value) in agent.spec.env.sorted(by: { $0.key < $1.key }) {
      guard VariableRule.canBe(name, value) else {
        throw ControlFailure(.invalidArgument, JailFault.variable.told(name, "\(agent.name)"))
      }
      guard VariableRule.isDangerous(name) else { continue }
      throw ControlFailure(
        .invalidArgument, JailFault.dangerousVariable.told(name, "\(agent.name)"),
        hint: "Set it inside instead: command: [env, \(name)=…, program].")
    }
  }

  private func checkRepository(_ agent: Agent) throws(ControlFailure) {
    guard case .failure(let failure) = WorkspacePreparation(agent.spec).address else { return }
    throw ControlFailure(failure.code, JailFault.agent.told("\(agent.name)", failure.summary), hint: failure.hint)
  }
}
