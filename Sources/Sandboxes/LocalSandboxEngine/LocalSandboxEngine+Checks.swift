import ControlModel
import Glibc
import SessionWorkspace

extension LocalSandboxEngine {
  /// Variables that the dynamic loader or the C library obey before a program's first line: with them a program of the
  /// agent's making would run outside the jail, as the jail is built by programs that get the agent's environment. All
  /// but `TMPDIR` of those that glibc itself drops for privileged programs, and the shell's own.
  private static let dangerousVariables: Set<String> = [
    "BASH_ENV", "ENV", "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "IFS", "LOCALDOMAIN", "LOCPATH",
    "NIS_PATH", "NLSPATH", "PS4", "RESOLV_HOST_CONF", "RES_OPTIONS", "SHELLOPTS", "TZDIR",
  ]

  /// What would otherwise fail later, when nobody waits for the answer.
  func check(_ request: SandboxRequest) throws(ControlFailure) {
    guard machine.bubblewrap != nil else {
      throw ControlFailure(
        .unsupported, "bubblewrap is not installed, and local sandboxes need it.",
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
      let isName = !name.isEmpty && !name.utf8.contains { $0 == 0x3D || $0 == 0 } && !value.utf8.contains(0)
      guard isName else {
        throw ControlFailure(
          .invalidArgument, "The environment variable '\(name)' of agent '\(agent.name)' is not valid.")
      }
      let isDangerous = ["LD_", "MALLOC_", "BASH_FUNC_"].contains { name.hasPrefix($0) }
      guard isDangerous || Self.dangerousVariables.contains(name) else { continue }
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
