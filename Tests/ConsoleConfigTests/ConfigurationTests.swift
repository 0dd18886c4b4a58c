import ConsoleConfig
import Glibc
import TerminalCore
import Testing

struct ConfigurationTests {
  static let commands: Set<String> = Set(
    """
    app.quit help.open prompt.open pane.next pane.previous pane.teams pane.sandboxes pane.transcript pane.secrets
    search.open
    pane.zoom view.redraw theme.next list.up list.down list.pageUp list.pageDown list.first list.last list.open
    filter.open filter.clear session.message session.interrupt session.approve session.deny session.restart
    session.suspend session.resume session.kill session.purge session.start session.describe session.shell
    session.attach session.log transcript.follow transcript.up
    transcript.down transcript.pageUp transcript.pageDown transcript.first transcript.last transcript.nextTurn
    transcript.previousTurn transcript.nextError transcript.previousError transcript.fold transcript.foldAll
    transcript.raw transcript.search transcript.searchNext transcript.searchPrevious transcript.copy
    transcript.export
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// The repository's top level.
  static let checkout = String(#filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 })

  private func configuration(
    theme: String? = nil, keymap: String? = nil, settings: String? = nil
  ) -> Configuration {
    func file(_ text: String?, _ path: String) -> ConfigurationFiles.File? { text.map { .init(path: path, text: $0) } }
    let files = ConfigurationFiles(
      themes: file(theme, "mine.yaml").map { ["mine": $0] } ?? [:],
      keymaps: file(keymap, "keys.yaml").map { ["mine": $0] } ?? [:], settings: file(settings, "console.yaml"))
    return Configuration(
      files: files, commands: Self.commands, theme: theme == nil ? nil : "mine", keymap: keymap == nil ? nil : "mine")
  }

  @Test("Every theme of the repository loads without a warning", arguments: ["dark", "light", "high-contrast", "mono"])
  func themes(name: String) {
    let configuration = Configuration(
      files: ConfigurationFiles(directories: [Self.checkout]), commands: Self.commands, theme: name)
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    #expect(configuration.themeNames == ["dark", "high-contrast", "light", "mono"])
  }

  /// `--theme FILE` and `--keymap FILE`.
  @Test("A path names a file, wherever it is")
  func paths() throws {
    let folder = "/tmp/paddock-configuration.\(getpid())"
    mkdir(folder, 0o700)
    defer { for name in ["odd.yaml", "keys", ""] { _ = remove("\(folder)/\(name)") } }
    func write(_ text: String, _ name: String) throws {
      let file = try #require(fopen("\(folder)/\(name)", "w"))
      fputs(text, file)
      fclose(file)
    }
    try write("schema: theme/1\ninherits: light\nnonsense: 5\n", "odd.yaml")
    try write("schema: keymap/1\nnonsense: 5\n", "keys")
    let files = ConfigurationFiles(directories: [Self.checkout])
    let configuration = Configuration(
      files: files, commands: Self.commands, theme: "\(folder)/odd.yaml", keymap: "\(folder)/keys")
    #expect(!configuration.warnings.isEmpty)
    for warning in configuration.warnings {
      #expect(warning.file == "\(folder)/odd.yaml" || warning.file == "\(folder)/keys", "\(warning)")
    }
    #expect(configuration.themeNames.contains("\(folder)/odd.yaml"))
    // It inherits by name.
    let (mine, light) = (
      configuration.theme("\(folder)/odd.yaml", colors: 256).theme, configuration.theme("light", colors: 256).theme
    )
    #expect(Role.allCases.allSatisfy { mine[$0] == light[$0] })
  }

  @Test("What is not there is said of the option that asked for it")
  func missingPaths() {
    func warnings(theme: String? = nil, keymap: String? = nil, settings: String? = nil) -> [String] {
      let file = settings.map { ConfigurationFiles.File(path: "console.yaml", text: $0) }
      return Configuration(
        files: ConfigurationFiles(settings: file), commands: Self.commands, theme: theme, keymap: keymap
      )
      .warnings.map(\.description)
    }
    #expect(warnings(theme: "/none/good.yaml") == ["--theme: there is no file '/none/good.yaml'"])
    #expect(warnings(theme: "none.yaml") == ["--theme: there is no file 'none.yaml'"])
    #expect(warnings(keymap: "./none") == ["--keymap: there is no file './none'"])
    #expect(warnings(theme: "none") == ["--theme: there is no theme 'none'"])
    #expect(warnings(keymap: "none") == ["--keymap: there is no keymap 'none'"])
    #expect(warnings(settings: "theme: none") == ["settings: theme: there is no theme 'none'"])
    #expect(warnings(theme: "/").first?.hasPrefix("--theme: / ") == true)
  }

  @Test("Every keymap of the repository loads without a warning", arguments: ["default", "vi", "emacs"])
  func keymaps(name: String) {
    let configuration = Configuration(
      files: ConfigurationFiles(directories: [Self.checkout]), commands: Self.commands, keymap: name)
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    for command in Self.commands {
      #expect(!configuration.keymap.sequences(for: command).isEmpty, "\(command) has no key")
    }
  }

  @Test("The files for reading say what is compiled in")
  func complete() {
    let files = Configuration(
      files: ConfigurationFiles(directories: [Self.checkout]), commands: Self.commands)
    let builtIn = Configuration(files: ConfigurationFiles(), commands: Self.commands)
    for colors in [0, 8, 16, 256] {
      #expect(files.theme("dark", colors: colors).theme == builtIn.theme("dark", colors: colors).theme)
    }
    #expect(files.keymap == builtIn.keymap)
  }

  @Test("What is wrong in a theme is named and costs nothing else")
  func brokenTheme() {
    let configuration = configuration(
      theme: """
        schema: theme/1
        palette: { accent: "#00ff00", bad: "#12" }
        roles:
          state.failed: { fg: accent, blink: true }
          state.exploded: red
          bar: nowhere
          header: red
          header: blue
        """)
    let theme = configuration.theme("mine", colors: 256).theme
    #expect(theme[.stateFailed].foreground == .indexed(46))
    #expect(theme[.header].foreground == .indexed(111))
    #expect(theme[.barKey].foreground == .indexed(46))
    #expect(
      Set(configuration.warnings.map(\.key)) == [
        "palette.bad", "roles.state.failed.blink", "roles.state.exploded", "roles.bar", "header",
      ])
    #expect(configuration.warnings.allSatisfy { $0.file == "mine.yaml" && !$0.reason.isEmpty })
  }

  @Test("A circle of themes is cut open, a file that is no YAML is left out")
  func circle() {
    let circle = configuration(theme: "inherits: mine\nroles: { text: red }")
    #expect(circle.warnings.map(\.key) == ["inherits"])
    #expect(circle.theme("mine", colors: 256).theme[.text].foreground == .indexed(210))
    let broken = configuration(theme: "roles: [")
    #expect(broken.warnings.count == 1)
    #expect(broken.theme("mine", colors: 256).theme[.stateFailed].attributes == .bold)
    #expect(configuration(theme: "inherits: nothing").warnings.map(\.key) == ["inherits"])
  }

  @Test("What is wrong in a keymap is named and costs nothing else")
  func brokenKeymap() {
    let configuration = configuration(
      keymap: """
        scopes:
          global:
            "q": null
            "hyper-x": app.quit
            "x": app.explode
            "g": { title: Jump, keys: { "x": app.quit } }
            "5": pane.teams
            "5": pane.zoom
          garage: { "a": app.quit }
        """)
    #expect(
      Set(configuration.warnings.map(\.key)) == ["scopes.global.hyper-x", "scopes.global.x", "scopes.garage", "5"])
    let keymap = configuration.keymap
    #expect(keymap.match([.character("q")], in: [.global]) == .none)
    #expect(keymap.match([.character("5")], in: [.global]) == .command("pane.zoom"))
    #expect(keymap.match([.character("g"), .character("x")], in: [.global]) == .command("app.quit"))
    #expect(keymap.match([.character("g"), .character("t")], in: [.global]) == .command("pane.teams"))
    guard case .prefix(let title, let continuations) = keymap.match([.character("g")], in: [.lists, .global]) else {
      Issue.record("g is no prefix")
      return
    }
    #expect(title == "Jump")
    #expect(continuations.map(\.key.description) == ["/", "a", "r", "s", "t", "x"])
  }

  @Test("The more specific scope goes first")
  func scopes() {
    let keymap = Keymap.builtIn
    #expect(keymap.match([.enter], in: [.transcript, .session, .global]) == .command("transcript.fold"))
    #expect(keymap.match([.enter], in: [.sandboxes, .session, .lists, .global]) == .command("list.open"))
    #expect(keymap.sequences(for: "session.kill").map(\.description) == ["K"])
  }

  @Test("Settings are read, and what cannot be is named")
  func settings() {
    let configuration = configuration(
      settings: "theme: dark\ncolors: 16\nglyphs: ascii\nescapeDelay: 5000\nmouse: true\n")
    #expect(configuration.settings.colors == 16)
    #expect(configuration.settings.glyphs == .ascii)
    #expect(configuration.settings.escapeDelay == 25)
    #expect(Set(configuration.warnings.map(\.key)) == ["escapeDelay", "mouse"])
  }

  @Test("The checkout is found from a program that was built in it")
  func searchPath() {
    let path = ConfigurationFiles.searchPath(
      explicit: "/given", environment: ["HOME": "/home/op"], executable: Self.checkout + "/.build/debug/paddock")
    #expect(path == ["/given", "/home/op/.config/paddock", Self.checkout + "/.build/share/paddock", Self.checkout])
  }
}
