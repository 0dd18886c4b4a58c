import ControlModel

extension RuntimeExit {
  package var isSuccess: Bool { self == .code(0) }

  /// It had no time for last words.
  var wasKilled: Bool {
    switch self {
    case .signal, .outOfMemory: true
    case .code, .notStarted: false
    }
  }

  /// What happened to `program`, as the first half of a sentence.
  package func sentence(about program: String) -> String {
    switch self {
    case .code(0): "\(program) ended"
    case .code(126): RuntimeEnd.notExecutable.told(program)
    case .code(127): RuntimeEnd.notFound.told(program)
    case .code(let code): RuntimeEnd.failed.told(program, "\(code)")
    case .signal(let number): RuntimeEnd.killed.told(program, Self.name(ofSignal: number))
    case .outOfMemory: RuntimeEnd.outOfMemory.told(program)
    case .notStarted(let reason): RuntimeEnd.notStarted.told(program, reason)
    }
  }

  /// As scripts read it: `exit 1`, `signal 9`, `not started`.
  package var word: String {
    switch self {
    case .code(let code): "exit \(code)"
    case .signal(let number): "signal \(number)"
    case .outOfMemory: "signal 9"
    case .notStarted: "not started"
    }
  }

  private static func name(ofSignal number: Int32) -> String {
    let names: [Int32: String] = [
      1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
      11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    ]
    return names[number] ?? "signal \(number)"
  }
}
