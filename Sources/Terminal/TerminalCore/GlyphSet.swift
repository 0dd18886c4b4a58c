/// The characters that frames and marks are drawn with.
package struct GlyphSet: Sendable, Hashable {
  package var horizontal, vertical: String
  package var topLeft, topRight, bottomLeft, bottomRight: String
  package var teeLeft, teeRight, teeTop, teeBottom, cross: String
  package var ellipsis: String
  /// Whether text outside of ASCII may be drawn at all.
  package var isUnicode: Bool

  package static let unicode = GlyphSet(
    horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘",
    teeLeft: "├", teeRight: "┤", teeTop: "┬", teeBottom: "┴", cross: "┼", ellipsis: "…", isUnicode: true)

  /// For terminals and locales without UTF-8.
  package static let ascii = GlyphSet(
    horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
    teeLeft: "+", teeRight: "+", teeTop: "+", teeBottom: "+", cross: "+", ellipsis: "~", isUnicode: false)
}
