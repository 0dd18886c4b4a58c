/// Text cut into what takes one place on the screen each: a spacing scalar with the marks that combine with it.
///
/// This is coarser than scalars and, for scripts whose vowel signs take a column of their own, finer than Swift's
/// characters: terminals place such signs beside the letter. Emoji sequences (joined, with a skin tone, in emoji style,
/// flags) are one piece of two columns.
package struct ScreenText: Sequence, Sendable {
  package struct Piece: Sendable {
    package var text: Substring
    /// 1 or 2; 0 for marks at the beginning that have nothing to combine with.
    package var columns: Int
  }

  let text: Substring

  package init(_ text: some StringProtocol) { self.text = Substring(text) }

  package func makeIterator() -> Iterator { Iterator(text: text) }

  package struct Iterator: IteratorProtocol {
    private let text: Substring
    private let scalars: Substring.UnicodeScalarView
    private var index: Substring.Index

    init(text: Substring) {
      self.text = text
      scalars = text.unicodeScalars
      index = text.startIndex
    }

    package mutating func next() -> Piece? {
      guard index < scalars.endIndex else { return nil }
      let start = index
      let first = scalars[index]
      scalars.formIndex(after: &index)
      var columns = first.columns
      if first.value < 0x80, index == scalars.endIndex || scalars[index].value < 0x80 {
        return Piece(text: text[start..<index], columns: columns)
      }
      if first.isRegionalIndicator, index < scalars.endIndex, scalars[index].isRegionalIndicator {
        scalars.formIndex(after: &index)
        columns = 2
      }
      extend(from: first, &columns)
      return Piece(text: text[start..<index], columns: columns)
    }

    /// Takes the marks that follow, and what a joiner joins.
    private mutating func extend(from first: Unicode.Scalar, _ columns: inout Int) {
      let isPictograph = first.isPictograph
      var joins = false
      while index < scalars.endIndex {
        let scalar = scalars[index]
        if scalar.value == 0xFE0F, first.widensAsEmoji {
          columns = 2
        } else if scalar.columns != 0 || scalar.value < 0xA0 {
          guard isPictograph, scalar.isSkinTone || (joins && scalar.isPictograph) else { return }
        }
        joins = scalar.value == 0x200D
        scalars.formIndex(after: &index)
      }
    }
  }
}
