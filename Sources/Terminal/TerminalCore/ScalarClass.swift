/// What the sanitiser does with a scalar outside of ASCII.
enum ScalarClass {
  case text(columns: Int)
  /// Combines with what stands before it.
  case mark
  case joiner
  /// VARIATION SELECTOR-16.
  case emojiStyle
  case lineBreak
  /// C1, of which terminals understand some like escape sequences.
  case control
  /// Takes no column and shows nothing; left out.
  case invisible
  /// Turns the reading direction, or takes columns that nobody agrees on.
  case unsafe

  init(_ value: UInt32) {
    switch value {
    case 0x85, 0x2028, 0x2029: self = .lineBreak
    case 0x80...0x9F: self = .control
    case 0x200D: self = .joiner
    case 0xFE0F: self = .emojiStyle
    case 0x202A...0x202E, 0x2066...0x2069: self = .unsafe
    // Hangul fillers: letters that show nothing.
    case 0x115F, 0x1160, 0x3164, 0xFFA0: self = .unsafe
    case _ where Self.isInvisible(value): self = .invisible
    default: self = Self.byCategory(value)
    }
  }

  private static func isInvisible(_ value: UInt32) -> Bool {
    switch value {
    // Soft hyphen, joiners, direction marks, variation selectors, annotations, tags.
    case 0xAD, 0x34F, 0x61C, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F,
      0xFEFF, 0xFFF9...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  private static func byCategory(_ value: UInt32) -> ScalarClass {
    guard let scalar = Unicode.Scalar(value) else { return .unsafe }
    switch scalar.properties.generalCategory {
    case .unassigned, .privateUse, .surrogate, .control: return .unsafe
    default: return scalar.columns == 0 ? .mark : .text(columns: scalar.columns)
    }
  }

  /// A quick answer for blocks that are assigned throughout, hold no marks and make up most texts.
  static func columnsOfCommon(_ value: UInt32) -> Int? {
    switch value {
    case 0xA0...0xAC, 0xAE...0x2FF, 0x3A3...0x482, 0x48A...0x52F, 0x2010...0x2027, 0x2190...0x2319, 0x2500...0x25FC:
      1
    case 0x3041...0x3096, 0x30A0...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: 2
    default: nil
    }
  }
}
