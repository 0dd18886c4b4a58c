import TerminalCore

/// Text that may be drawn: made of the source's own literals, of numbers, or of what has passed the sanitiser.
///
/// Panes can only draw this type, so text of an agent cannot reach a surface around the sanitiser. In an interpolation
/// a plain `String` does not compile; write `\(untrusted: text)`.
package struct CleanText: Sendable, Hashable {
  package let text: String

  /// Text of agents, operators and stores, as one line.
  package init(untrusted text: String) {
    self.text = TextSanitizer.singleLine(text)
  }

  fileprivate init(clean text: String) { self.text = text }

  package static func spaces(_ count: Int) -> CleanText {
    CleanText(clean: String(repeating: " ", count: max(0, count)))
  }

  /// Columns on the screen.
  package var width: Int { text.columns }
  package var isEmpty: Bool { text.isEmpty }

  package static func + (left: CleanText, right: CleanText) -> CleanText { CleanText(clean: left.text + right.text) }

  /// The longest beginning that fits, with an ellipsis when something was cut off.
  package func truncated(to columns: Int) -> CleanText {
    width <= columns ? self : CleanText(clean: text.truncated(toColumns: columns))
  }

  package func wrapped(to columns: Int) -> [CleanText] {
    text.wrapped(toColumns: columns).map { CleanText(clean: String($0)) }
  }

  /// Text of several lines, sanitised and wrapped to `width`; at most `limit` lines of it.
  package static func paragraphs(untrusted text: String, width: Int, limit: Int) -> [CleanText] {
    // No line takes more bytes than this for its columns, so the rest of a huge text is never looked at.
    let budget = limit * (max(8, width) + 1) * 4
    let beginning = text.utf8.count > budget ? String(decoding: text.utf8.prefix(budget), as: UTF8.self) : text
    let clean = TextSanitizer.multiLine(beginning)
    let lines = clean.wrapped(toColumns: max(8, width)).prefix(limit).map { CleanText(clean: String($0)) }
    return lines.count > 1 && lines.last?.isEmpty == true ? Array(lines.dropLast()) : lines
  }

  /// Places where a text occurs, as columns from the start; in any case of letters.
  package func columns(of wanted: String) -> [Range<Int>] {
    guard !wanted.isEmpty else { return [] }
    let hay = text.lowercased()
    let needle = wanted.lowercased()
    var places: [Range<Int>] = []
    var rest = hay[...]
    while let found = rest.firstRange(of: needle) {
      let start = hay[..<found.lowerBound].columns
      places.append(start..<(start + hay[found].columns))
      rest = hay[found.upperBound...]
    }
    return places
  }
}

extension CleanText: ExpressibleByStringInterpolation {
  package init(stringLiteral value: StaticString) { self.init(clean: value.description) }

  package init(stringInterpolation: StringInterpolation) { self.init(clean: stringInterpolation.text) }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
    package mutating func appendInterpolation(_ part: CleanText) { text += part.text }
    package mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
    package mutating func appendInterpolation(untrusted part: String) { text += TextSanitizer.singleLine(part) }
  }
}
