extension Surface {
  /// The characters, row by row, without spaces at the end of a row.
  package func text() -> String { rows().joined(separator: "\n") }

  package func rows() -> [String] {
    (0..<size.rows).map { row in
      let line = (0..<size.columns).map { self[$0, row].text }.joined()
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The styles, row by row, as one letter a cell; letters are given out in `legend` in the order of appearance, "."
  /// is the plain style. For tests that look at styles too.
  package func styleMap() -> (rows: [String], legend: [Character: Style]) {
    var letters: [Style: Character] = [.plain: "."]
    var legend: [Character: Style] = [:]
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let rows = (0..<size.rows).map { row in
      String(
        (0..<size.columns).map { column -> Character in
          let style = self[column, row].style
          if let letter = letters[style] { return letter }
          let letter = legend.count < alphabet.count ? alphabet[legend.count] : "?"
          letters[style] = letter
          legend[letter] = style
          return letter
        })
    }
    return (rows, legend)
  }
}
