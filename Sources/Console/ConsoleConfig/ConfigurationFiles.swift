import Files
import Glibc

/// The user's files, read once: afterwards nothing waits for a disk.
package struct ConfigurationFiles: Sendable {
  package struct File: Sendable, Hashable {
    package var path: String
    package var text: String

    package init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// By name, without `.yaml`.
  package private(set) var themes: [String: File] = [:]
  package private(set) var keymaps: [String: File] = [:]
  package private(set) var settings: File?
  package private(set) var warnings: [ConfigurationWarning] = []

  package init(themes: [String: File] = [:], keymaps: [String: File] = [:], settings: File? = nil) {
    self.themes = themes
    self.keymaps = keymaps
    self.settings = settings
  }

  /// Reads `themes/*.yaml`, `keymaps/*.yaml` and `console.yaml` in these directories; a file in an earlier one hides
  /// its namesakes in later ones. Directories that do not exist are passed over.
  package init(directories: [String]) {
    for directory in directories {
      themes.merge(read(directory + "/themes")) { first, _ in first }
      keymaps.merge(read(directory + "/keymaps")) { first, _ in first }
      settings = settings ?? readFile(directory + "/console.yaml")
    }
  }

  /// Whether a theme or a keymap is meant by its file, not by its name.
  package static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".yaml") }

  /// Reads the file that `asker` names, so that it is found by its path; what is a name is left alone.
  mutating func include(theme: String, for asker: String) {
    if themes[theme] == nil, let file = named(theme, for: asker) { themes[theme] = file }
  }

  mutating func include(keymap: String, for asker: String) {
    if keymaps[keymap] == nil, let file = named(keymap, for: asker) { keymaps[keymap] = file }
  }

  private mutating func named(_ path: String, for asker: String) -> File? {
    guard Self.isPath(path) else { return nil }
    let known = warnings.count
    if let file = readFile(path) { return file }
    let reasons = warnings[known...].map { "\($0.file) \($0.reason)" }
    warnings.removeSubrange(known...)
    for reason in reasons.isEmpty ? ["there is no file '\(path)'"] : reasons { warn(asker, reason) }
    return nil
  }

  private mutating func read(_ directory: String) -> [String: File] {
    guard let stream = opendir(directory) else { return [:] }
    defer { closedir(stream) }
    var files: [String: File] = [:]
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".yaml"), !name.hasPrefix(".") else { continue }
      if let file = readFile("\(directory)/\(name)") { files[String(name.dropLast(5))] = file }
    }
    return files
  }

  /// Configuration is small: what is longer than this, in bytes, is something else.
  private static let longest = 1 << 20

  private mutating func readFile(_ path: String) -> File? {
    let bytes: [UInt8]
    do { bytes = try PlainFile.read(path, atMost: Self.longest) } catch {
      switch error {
      case .system(let error) where error.number == ENOENT: break
      case .larger: warn(path, "is longer than a configuration can be")
      default: warn(path, "cannot be read: \(error)")
      }
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      warn(path, "is not UTF-8")
      return nil
    }
    return File(path: path, text: text)
  }

  private mutating func warn(_ path: String, _ reason: String) {
    warnings.append(ConfigurationWarning(file: path, key: "", reason: reason))
  }
}
