/// A text to find inside events: as it stands, in any case of letters, and from the start of a word on, so that `mon`
/// finds `Month.swift` and `onth` does not. Only then can an index of words tell where it may be.
struct WantedText {
  let text: String
  /// For ILIKE.
  let pattern: String
  /// For ~*; none is needed where the text does not begin with a letter or a digit.
  let expression: String?

  init(_ wanted: String) {
    text = wanted.storable
    pattern = "%" + Self.escaped(text) { $0 == "%" || $0 == "_" || $0 == "\\" } + "%"
    let startsWord = text.first.map { $0.isLetter || $0.isNumber } ?? false
    expression = startsWord ? "(^|[^[:alnum:]])" + Self.escaped(text, where: Self.isSign) : nil
  }

  /// Letters keep their meaning: a backslash before them would be a class.
  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && scalar.value > 0x20 && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
  }

  private static func escaped(_ text: String, where isSpecial: (Unicode.Scalar) -> Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isSpecial(scalar) { escaped.append("\\") }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}
