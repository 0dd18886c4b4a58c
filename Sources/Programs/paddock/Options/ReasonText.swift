import ArgumentParser

/// Why something is done: a text that is kept for good.
enum ReasonText {
  /// Bytes. The audit keeps it, so it is no place for documents.
  static let maximumLength = 8192

  static func read(_ text: String) throws -> String {
    guard text.utf8.count <= maximumLength else {
      throw ValidationError("--reason has \(text.utf8.count) bytes; at most \(maximumLength) are kept.")
    }
    return text
  }
}
