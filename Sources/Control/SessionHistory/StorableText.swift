extension String {
  /// Postgres cannot hold U+0000 in text: U+2400 (␀) stands in its place.
  var storable: String {
    guard utf8.withContiguousStorageIfAvailable({ $0.contains(0) }) ?? utf8.contains(0) else { return self }
    return String(decoding: utf8.flatMap { $0 == 0 ? Array("␀".utf8) : [$0] }, as: UTF8.self)
  }
}

extension String {
  /// As much of the storable text as takes no more than so many bytes: one that is longer must not keep what it stands
  /// beside from being stored.
  func storable(within bytes: Int) -> String {
    let text = storable
    guard text.utf8.count > bytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes - 3))
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
  }
}
