package enum NcursesFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Standard input or output is a file or a pipe.
  case noTerminal
  /// There is no description of a terminal of that name.
  case unknownType(String)
  /// A terminal of that type cannot place its cursor.
  case incapableType(String)

  package var description: String {
    switch self {
    case .noTerminal: "The console needs a terminal, and standard input or output is none."
    case .unknownType(let name):
      "This machine knows no terminal of type '\(name)'. Set TERM to a known one, for example xterm-256color."
    case .incapableType(let name):
      "A terminal of type '\(name)' cannot show a full screen. Set TERM to what your terminal really is."
    }
  }
}
