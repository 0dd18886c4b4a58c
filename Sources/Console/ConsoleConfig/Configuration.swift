/// Themes, keymaps and settings: the user's files over what is compiled in. Loading does not fail; it warns.
package struct Configuration: Sendable {
  package let settings: Settings
  package let keymap: Keymap
  /// What is wrong with the settings, the keymap and the theme that are in use, and with files that cannot be read.
  package private(set) var warnings: [ConfigurationWarning]

  private let files: ConfigurationFiles
  /// What a warning names that the theme is not there.
  private let themeAsker: String

  /// `commands` are the names that exist. A theme or keymap named here, as the options `--theme` and `--keymap` are, goes
  /// before the one of the settings; either may be the path of a file.
  package init(files: ConfigurationFiles, commands: Set<String>, theme: String? = nil, keymap: String? = nil) {
    var files = files
    themeAsker = theme == nil ? "settings: theme" : "--theme"
    let keymapAsker = keymap == nil ? "settings: keymap" : "--keymap"
    var warnings: [ConfigurationWarning] = []
    var settings = Settings()
    if let file = files.settings {
      var document = YAMLDocument(file: file.path, text: file.text)
      settings = Settings(document: &document)
      warnings += document.warnings
    }
    settings.theme = theme ?? settings.theme
    settings.keymap = keymap ?? settings.keymap
    files.include(theme: settings.theme, for: themeAsker)
    files.include(keymap: settings.keymap, for: keymapAsker)
    self.files = files
    self.settings = settings
    self.keymap = Self.keymap(settings.keymap, files, commands: commands, keymapAsker, &warnings)
    self.warnings = files.warnings + warnings
    self.warnings += self.theme(settings.theme, colors: 256).warnings
  }

  /// Names to choose from, in order; the compiled-in one is always among them.
  package var themeNames: [String] { Set(files.themes.keys).union([ThemeDefinition.builtIn.name]).sorted() }

  /// The theme, or what is compiled in where it does not exist; colours are the terminal's.
  package func theme(_ name: String, colors: Int) -> (theme: Theme, warnings: [ConfigurationWarning]) {
    var warnings: [ConfigurationWarning] = []
    let file = files.themes[name]?.path ?? name
    let definition = definition(of: name, &warnings)
    let theme = Theme(definition, colors: colors) { role, color in
      warnings.append(
        ConfigurationWarning(
          file: file, key: "roles.\(role)", reason: "'\(color)' is neither a name of the palette nor a colour"))
    }
    return (theme, warnings)
  }

  private func definition(of name: String, _ warnings: inout [ConfigurationWarning]) -> ThemeDefinition {
    var layers: [ThemeDefinition] = []
    let asker = name == settings.theme ? themeAsker : "settings: theme"
    Self.walk(name, "theme", files.themes, builtIn: ThemeDefinition.builtIn.name, for: asker, &warnings) {
      name, document in
      layers.append(ThemeDefinition(name: name, document: &document))
      return layers.last?.inherits
    }
    var definition = ThemeDefinition.builtIn
    for layer in layers.reversed() { definition.overlay(layer) }
    return definition
  }

  private static func keymap(
    _ name: String, _ files: ConfigurationFiles, commands: Set<String>, _ asker: String,
    _ warnings: inout [ConfigurationWarning]
  ) -> Keymap {
    var layers: [(String, YAMLDocument)] = []
    walk(name, "keymap", files.keymaps, builtIn: Keymap.builtIn.name, for: asker, &warnings) { name, document in
      let header = Keymap.header(&document)
      layers.append((name, document))
      return header.inherits
    }
    var keymap = Keymap.builtIn
    for (name, var document) in layers.reversed() {
      let known = document.warnings.count
      keymap.overlay(&document, commands: commands)
      warnings += document.warnings.dropFirst(known)
      keymap.name = name
    }
    return keymap
  }

  /// Reads a file and those that it inherits, up to what is compiled in; a circle is cut open.
  private static func walk(
    _ name: String, _ kind: String, _ files: [String: ConfigurationFiles.File], builtIn: String,
    for asker: String, _ warnings: inout [ConfigurationWarning], read: (String, inout YAMLDocument) -> String?
  ) {
    var next: String? = name
    var visited: [String] = []
    while let name = next {
      guard let file = files[name] else {
        // Of a file that is asked for it was said when it was to be read.
        if name != builtIn, name != "default", !visited.isEmpty || !ConfigurationFiles.isPath(name) {
          let from = visited.last.flatMap { files[$0]?.path } ?? asker
          warnings.append(
            ConfigurationWarning(
              file: from, key: visited.isEmpty ? "" : "inherits", reason: "there is no \(kind) '\(name)'"))
        }
        return
      }
      visited.append(name)
      var document = YAMLDocument(file: file.path, text: file.text)
      next = read(name, &document)
      if let parent = next, visited.contains(parent) {
        document.warn("inherits", "goes round in a circle: \((visited + [parent]).joined(separator: ", "))")
        next = nil
      }
      warnings += document.warnings
    }
  }
}
