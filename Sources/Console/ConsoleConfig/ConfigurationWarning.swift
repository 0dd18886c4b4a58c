/// Something in a file of the user's that was left out; everything else in the file counts.
package struct ConfigurationWarning: Sendable, Hashable, CustomStringConvertible {
  /// Path, or the name of what is compiled in.
  package var file: String
  /// The place in the file, dotted: `roles.list.selected.fg`. Empty for the whole file.
  package var key: String
  package var reason: String

  package init(file: String, key: String, reason: String) {
    self.file = file
    self.key = key
    self.reason = reason
  }

  package var description: String { key.isEmpty ? "\(file): \(reason)" : "\(file): \(key): \(reason)" }
}
