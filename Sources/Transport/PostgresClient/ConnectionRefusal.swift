/// What libpq says of a connection that did not come about. It has no field for the server's SQLSTATE then, but writes it
/// behind the severity when it is asked to be verbose: `FATAL:  53300: sorry, too many clients already`, in whatever
/// language the server speaks.
struct ConnectionRefusal {
  /// Of the host that was tried last; nil when no server said anything.
  private(set) var sqlstate: String?
  private(set) var message: String

  init(_ text: String) {
    var lines: [String] = []
    var code: String?
    for line in text.split(separator: "\n").map(String.init) {
      if let (state, rest) = Self.parted(line) {
        code = state
        lines.append(rest)
      } else if !Self.isPlaceInSource(line) {
        lines.append(line)
      }
    }
    sqlstate = code
    message = lines.joined(separator: "\n")
  }

  var error: PostgresError {
    guard let sqlstate else { return .connectionFailed(message) }
    return .refused(PostgresServerError(sqlstate: sqlstate, message: message))
  }

  /// Five capitals or digits between `:  ` and `: `; libpq puts two blanks behind a severity and nowhere else.
  private static func parted(_ line: String) -> (code: String, line: String)? {
    let bytes = Array(line.utf8)
    guard bytes.count > 10 else { return nil }
    for start in 3..<bytes.count - 7 where bytes[start - 3..<start].elementsEqual(":  ".utf8) {
      let end = start + 5
      guard bytes[start..<end].allSatisfy(isCodeByte), bytes[end..<end + 2].elementsEqual(": ".utf8) else { continue }
      let rest = bytes[..<start] + bytes[(end + 2)...]
      return (String(decoding: bytes[start..<end], as: UTF8.self), String(decoding: rest, as: UTF8.self))
    }
    return nil
  }

  /// `LOCATION:  ProcArrayAdd, procarray.c:366`, which is verbose, too.
  private static func isPlaceInSource(_ line: String) -> Bool {
    guard let end = line.lastIndex(of: ":") else { return false }
    let number = line[line.index(after: end)...]
    return line[..<end].hasSuffix(".c") && !number.isEmpty && number.allSatisfy(\.isNumber)
  }

  private static func isCodeByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
