extension String {
  /// The first line that says something, short enough for a list: a character can be as long as a text, so that bytes
  /// have a bound as well.
  package var firstWords: String {
    let start = String(decoding: utf8.prefix(8_192), as: UTF8.self)
    let line = start.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    let short = line.prefix(160)
    guard short.utf8.count > 640 else { return String(short) }
    var bounded = ""
    for scalar in short.unicodeScalars {
      guard bounded.utf8.count + UTF8.width(scalar) <= 640 else { break }
      bounded.unicodeScalars.append(scalar)
    }
    return bounded
  }
}
