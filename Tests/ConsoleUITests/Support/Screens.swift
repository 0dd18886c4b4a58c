import TerminalCore
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Screens kept beside the tests: the text, then one letter a cell for its style.
enum Screens {
  static func expect(_ surface: Surface, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectFile(
      rendered(surface), folder + "/Screens/\(name).screen", sourceLocation: sourceLocation)
  }

  /// Compares a text with a committed file, or writes it and fails when recording.
  static func expectFile(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    if getenv("RECORD_SCREENS").map({ String(cString: $0) }) == "1" {
      try write(text, to: path)
      Issue.record("Recorded \(path).", sourceLocation: sourceLocation)
      return
    }
    let recorded = read(path) ?? "(there is no \(path); record it with RECORD_SCREENS=1)"
    #expect(text == recorded, sourceLocation: sourceLocation)
  }

  static var folder: String { String(#filePath.dropLast("/Support/Screens.swift".count)) }

  private static func rendered(_ surface: Surface) -> String {
    let styles = surface.styleMap()
    let legend = styles.legend.sorted { $0.key < $1.key }.map { "\($0.key) \(shown($0.value))" }
    let parts = [surface.rows(), ["", "styles"], styles.rows, [""], legend]
    return parts.flatMap(\.self).joined(separator: "\n") + "\n"
  }

  private static func shown(_ style: Style) -> String {
    "\(style.foreground) on \(style.background) \(style.attributes.rawValue)"
  }

  static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }

  private static func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"), "cannot write \(path)")
    defer { fclose(file) }
    fputs(text, file)
  }
}
