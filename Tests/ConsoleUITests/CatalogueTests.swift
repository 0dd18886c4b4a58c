import ConsoleConfig
import ConsoleUI
import ControlModel
import Testing

@Suite struct CatalogueTests {
  @Test func everyCommandIsInTheCatalogueOnce() {
    let names = CommandCatalogue.commands.map(\.name.rawValue)
    #expect(names.sorted() == CommandName.allCases.map(\.rawValue).sorted())
  }

  @Test func theDefaultKeymapBindsEveryCommand() {
    for command in CommandCatalogue.commands {
      #expect(!Keymap.builtIn.sequences(for: command.name.rawValue).isEmpty, "\(command.name.rawValue)")
    }
  }

  @Test func theDocumentationIsFresh() throws {
    let path = "\(Screens.folder)/../../docs/commands.md"
    try Screens.expectFile(CommandCatalogue.documentation(keymap: .builtIn), path)
  }

  @Test func thePromptCompletesCommandsAndThemes() {
    var user = Operator()
    user.press(":")
    user.type("pane.z")
    user.press("tab ret")
    #expect(user.state.isZoomed)
    user.press(":")
    user.type("theme d")
    user.press("tab ret")
    #expect(user.effects == [.loadTheme(user.state.themeNames.first { $0.hasPrefix("d") } ?? "")])
    user.press(":")
    user.type("nonsense")
    user.press("ret")
    #expect(user.screen.contains("There is no command “nonsense”"))
  }

  @Test func theNextThemeIsAskedFor() {
    var user = Operator()
    user.press("T")
    #expect(user.effects.count == 1)
  }
}
