/// Why no sandbox could ever run what is declared. Asked when it is declared, and once more when a session starts: what
/// former versions took in is still there.
package struct StartProblem: Sendable, Hashable {
  /// The member of the declaration, and the variable of it.
  var member: String
  var variable: String?
  /// The rest of the sentence that begins with the place.
  var words: String
  var hint: String

  /// Without the place of a file.
  package func failure(of agent: Agent) -> ControlFailure {
    ControlFailure(
      .invalidArgument, SessionReason.cannotStart.told("\(agent.name)", place, words),
      hint: "\(hint) Declare it again with `paddock agent apply`.")
  }

  /// Control characters of a name are the declaration's own affair.
  var place: String {
    guard let variable else { return "'spec.\(member)'" }
    guard VariableRule.isPrintable(variable) else { return "'spec.\(member)'" }
    return "'spec.\(member).\(variable.prefix(80))'"
  }
}

extension AgentSpec {
  package var startProblem: StartProblem? {
    runtimeProblem ?? commandProblem ?? variableProblem(isDeclared: false) ?? sizeProblem
  }

  /// Of a declaration that comes in now: also what only some engines refuse, and what nobody could read in a log.
  var declarationProblem: StartProblem? {
    runtimeProblem ?? commandProblem ?? pathProblem ?? assignmentProblem ?? repositoryProblem
      ?? variableProblem(isDeclared: true) ?? sizeProblem
  }

  /// In a jail `env` starts the program, and takes such a word for a variable.
  private var assignmentProblem: StartProblem? {
    guard let program = command.first, program.contains("=") else { return nil }
    return StartProblem(
      member: "command", words: "begins with a word that has an '=', which is a variable and no program",
      hint: "Set variables in spec.env, or begin with env: command: [env, NAME=value, program].")
  }

  /// The jail shows a program at its path, and there is no way up from a folder that it does not show.
  private var pathProblem: StartProblem? {
    guard let program = command.first, program.hasPrefix("/"), program.split(separator: "/").contains("..") else {
      return nil
    }
    return StartProblem(
      member: "command", words: "names a program by a path with '..'", hint: "Write the path without it.")
  }

  private var repositoryProblem: StartProblem? {
    guard let workspace else { return nil }
    do throws(RepositoryAddress.Problem) {
      _ = try RepositoryAddress(parsing: workspace.repository)
      return nil
    } catch {
      return StartProblem(
        member: "workspace", variable: "repository", words: error.words, hint: RepositoryAddress.Problem.hint)
    }
  }

  private var runtimeProblem: StartProblem? {
    guard runtime == .opencode else { return nil }
    return StartProblem(
      member: "runtime", words: "is '\(runtime.rawValue)', which this version cannot drive",
      hint: "Use claude-code, codex or exec.")
  }

  private var commandProblem: StartProblem? {
    let hint = "Name the program and its arguments."
    if command.isEmpty {
      guard runtime == .exec else { return nil }
      return StartProblem(
        member: "command", words: "names no program, and the runtime 'exec' has none of its own", hint: hint)
    }
    if command[0].isEmpty {
      return StartProblem(member: "command", words: "begins with an empty text instead of a program", hint: hint)
    }
    // What starts programs, here and in containers, would take it for an option of its own.
    guard command[0].hasPrefix("-") else { return nil }
    let word = VariableRule.isPrintable(command[0]) ? command[0].firstWords(within: 40) : "-"
    return StartProblem(
      member: "command", words: "begins with '\(word)', which is an option and no program", hint: hint)
  }

  private func variableProblem(isDeclared: Bool) -> StartProblem? {
    for (name, value) in env.sorted(by: { $0.key < $1.key }) {
      if name.isEmpty {
        return StartProblem(member: "env", words: "has a variable without a name", hint: "Name it.")
      }
      if !VariableRule.canBe(name, value) || isDeclared && !VariableRule.isPrintable(name) {
        return StartProblem(
          member: "env", variable: name,
          words: "is no variable: a name has no '=', white space or control characters, and a value no NUL",
          hint: "Name it otherwise.")
      }
      if isDeclared, VariableRule.isDangerous(name) {
        return StartProblem(
          member: "env", variable: name, words: "would act outside the sandbox, on the programs that build it",
          hint: "Set it inside instead: command: [env, \(name)=…, program].")
      }
    }
    return nil
  }
}

extension SpecReader {
  /// The same with the line where it stands.
  mutating func check(_ problem: StartProblem?) throws(ControlFailure) {
    guard let problem else { return }
    var value = member(problem.member)
    if let variable = problem.variable { value = value?.members?.last { $0.name == variable }?.value ?? value }
    let line = value?.line.map { " (line \($0))" } ?? ""
    throw ControlFailure(.invalidArgument, "\(problem.place)\(line) \(problem.words).", hint: problem.hint)
  }
}
