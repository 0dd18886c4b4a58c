import CNcurses

/// Text as ncurses takes it: a spacing character and its marks, one place after the other.
enum WideText {
  /// ncurses keeps that many characters in one place.
  private static let longest = 5

  /// Pieces that take exactly `columns` by the C library's widths, which are ncurses' too. Where the library disagrees
  /// with our tables, because it is older or does not know emoji sequences, the piece is cut or replaced, so that
  /// nothing beside it moves.
  static func pieces(of text: String, columns: Int) -> [(characters: [wchar_t], width: Int)] {
    var pieces: [(characters: [wchar_t], width: Int)] = []
    var used = 0
    for scalar in text.unicodeScalars {
      let character = wchar_t(bitPattern: scalar.value)
      let width = scalar.value < 0x20 ? -1 : Int(nc_width(scalar.value))
      if width == 0 {
        // Selectors and joiners would change the width on some terminals only.
        let changesWidth = (0xFE00...0xFE0F).contains(scalar.value) || scalar.value == 0x200D
        guard !changesWidth, let last = pieces.indices.last, pieces[last].characters.count < longest else { continue }
        pieces[last].characters.append(character)
      } else if width > 0, used + width <= columns {
        pieces.append(([character], width))
        used += width
      }
    }
    while used < columns {
      pieces.append(([used == 0 ? 0x3F : 0x20], 1))
      used += 1
    }
    for index in pieces.indices { pieces[index].characters.append(0) }
    return pieces
  }
}
