extension Unicode.Scalar {
  /// Columns that a terminal moves on for the scalar alone: 0, 1 or 2. Control characters count 0; they must not be
  /// drawn at all.
  package var columns: Int {
    let value = value
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
    if (0x4E00...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value) { return 2 }
    if Self.find(value, in: WidthTables.zero) { return 0 }
    return Self.find(value, in: WidthTables.wide) ? 2 : 1
  }

  /// Whether VARIATION SELECTOR-16 makes the scalar two columns wide.
  var widensAsEmoji: Bool { Self.find(value, in: WidthTables.emojiStyle) }

  var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }
  var isSkinTone: Bool { (0x1F3FB...0x1F3FF).contains(value) }
  /// An emoji that may be joined with others or take a skin tone.
  var isPictograph: Bool { value >= 0x203C && value < 0x20000 && properties.isEmoji }

  /// Binary search in ascending pairs of first and last scalar.
  private static func find(_ value: UInt32, in table: [UInt32]) -> Bool {
    var low = 0
    var high = table.count / 2
    while low < high {
      let middle = (low + high) / 2
      if table[middle * 2 + 1] < value {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low * 2 < table.count && table[low * 2] <= value
  }
}
