extension String {
  /// Postgres cannot hold U+0000 in text: U+2400 (␀) stands in its place.
  var storable: String {
    guard utf8.withContiguousStorageIfAvailable({ $0.contains(0) }) ?? utf8.contains(0) else { return self }
    return String(decoding: utf8.flatMap { $0 == 0 ? Array("␀".utf8) : [$0] }, as: UTF8.self)
  }
}
