import CNcurses
import Glibc
import TerminalCore

extension NcursesTerminal {
  static func openScreen(type: String) throws(NcursesFailure) {
    var status: Int32 = 0
    // newterm alone would not say which of the two it is.
    guard setupterm(type, STDOUT_FILENO, &status) == OK else {
      if status == 1 { throw .incapableType(type) }
      throw .unknownType(type)
    }
    guard nc_capability("cup") != nil, nc_capability("clear") != nil else { throw .incapableType(type) }
    guard newterm(type, nc_stdout(), nc_stdin()) != nil else { throw .unknownType(type) }
    // Pending input must not hold up output.
    typeahead(-1)
  }

  static func describedColors() -> Int {
    let count = Int(tigetnum("colors"))
    return [256, 16, 8].first { $0 <= count } ?? 0
  }

  static func windowSize() -> Size {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard nc_window_size(STDOUT_FILENO, &columns, &rows) == 0, columns > 0, rows > 0 else {
      // A serial line, say, that nobody told its size.
      return Size(columns: 80, rows: 24)
    }
    return Size(columns: Int(columns), rows: Int(rows))
  }
}
