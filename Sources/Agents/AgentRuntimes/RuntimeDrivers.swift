package import ControlModel

/// The drivers there are, by the name of their runtime.
package enum RuntimeDrivers {
  package static func make(_ configuration: RuntimeConfiguration) throws(ControlFailure) -> any RuntimeDriver {
    switch configuration.runtime {
    case .claudeCode: return ClaudeCodeDriver(configuration)
    case .exec:
      guard !configuration.command.isEmpty else {
        throw ControlFailure(
          .invalidArgument, "The agent '\(configuration.agent)' has the runtime 'exec' but no command.",
          hint: "Name the program and its arguments under spec.command.")
      }
      return ExecDriver(configuration)
    case .codex: return CodexDriver(configuration)
    case .opencode, .gemini, .openhands, .sweAgent, .other:
      throw ControlFailure(
        .unsupported,
        "The agent '\(configuration.agent)' wants the runtime '\(configuration.runtime.rawValue)', "
          + "which this version cannot drive.",
        hint: "Use claude-code, codex or exec.")
    }
  }
}
