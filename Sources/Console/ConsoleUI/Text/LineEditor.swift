/// One line (or, with newlines, a few) of text being typed, and where the cursor stands in it.
package struct LineEditor: Sendable, Hashable {
  private var characters: [Character]
  /// Characters before the cursor, from 0 to the length of the text.
  package private(set) var cursor: Int

  package init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }
  package var textBeforeCursor: String { String(characters[..<cursor]) }

  package mutating func insert(_ text: String) {
    let added = Array(text)
    characters.insert(contentsOf: added, at: cursor)
    cursor += added.count
  }

  package mutating func replace(with text: String) { self = LineEditor(text) }

  package mutating func deleteBackward() {
    guard cursor > 0 else { return }
    cursor -= 1
    characters.remove(at: cursor)
  }

  package mutating func deleteForward() {
    guard cursor < characters.count else { return }
    characters.remove(at: cursor)
  }

  package mutating func deleteWordBackward() {
    let start = wordStart
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  package mutating func deleteToStart() {
    characters.removeSubrange(0..<cursor)
    cursor = 0
  }

  package mutating func deleteToEnd() { characters.removeSubrange(cursor...) }

  package mutating func move(by distance: Int) { cursor = min(max(0, cursor + distance), characters.count) }
  package mutating func moveToStart() { cursor = 0 }
  package mutating func moveToEnd() { cursor = characters.count }

  private var wordStart: Int {
    var position = cursor
    while position > 0, characters[position - 1].isWhitespace { position -= 1 }
    while position > 0, !characters[position - 1].isWhitespace { position -= 1 }
    return position
  }
}
