package struct NcursesOptions: Sendable, Hashable {
  /// 0, 8, 16 or 256; nil takes what the terminal's description and `NO_COLOR` say.
  package var colors: Int?
  /// Nil takes what the effective locale says.
  package var isUnicode: Bool?
  /// Milliseconds to wait after an escape byte for the rest of a key's sequence.
  package var escapeDelay = 25
  /// Counts what is written, for benchmarks; costs two system calls a frame.
  package var countsBytes = false

  package init() {}
}
