package import TerminalCore

/// A colour of a palette, with the one to take where there are sixteen colours or eight.
package struct ThemeColor: Sendable, Hashable {
  package var color: Color
  package var ansi: Color?

  package init(_ color: Color, ansi: Color? = nil) {
    self.color = color
    self.ansi = ansi
  }

  func mapped(toColors count: Int) -> Color {
    (count <= 16 ? ansi ?? color : color).mapped(toColors: count)
  }

  private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

  /// `#rrggbb`, `default`, a name of the eight (also `bright-…`), `gray`, or a number of xterm's 256.
  static func color(notation: String) -> Color? {
    if notation == "default" { return .default }
    if notation == "gray" || notation == "grey" { return .indexed(8) }
    if let number = UInt8(notation) { return .indexed(number) }
    if let index = names.firstIndex(of: notation) { return .indexed(UInt8(index)) }
    if notation.hasPrefix("bright-"), let index = names.firstIndex(of: String(notation.dropFirst(7))) {
      return .indexed(UInt8(index + 8))
    }
    guard notation.hasPrefix("#"), notation.utf8.count == 7, let value = UInt32(notation.dropFirst(), radix: 16)
    else { return nil }
    return .rgb(UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
  }
}
