package import ControlModel

/// All that an agent's process gets from its surroundings, but what its runtime adds.
package enum AgentEnvironment {
  package static func variables(of agent: Agent) -> [String: String] {
    let base = [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME": WorkspacePreparation.homeDirectory, "USER": "agent", "LOGNAME": "agent", "SHELL": "/bin/sh",
      "LANG": "C.UTF-8", "TERM": "dumb", "TMPDIR": "/tmp",
    ]
    return base.merging(agent.spec.env) { _, own in own }
  }
}
