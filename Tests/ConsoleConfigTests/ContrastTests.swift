import ConsoleConfig
import TerminalCore
import Testing

struct ContrastTests {
  private func luminance(_ color: Color) -> Double? {
    guard let parts = color.components else { return nil }
    func linear(_ value: Int) -> Double {
      let part = Double(value) / 255
      return part <= 0.03928 ? part / 12.92 : power((part + 0.055) / 1.055)
    }
    return 0.2126 * linear(parts.red) + 0.7152 * linear(parts.green) + 0.0722 * linear(parts.blue)
  }

  /// To the power of 2.4: the fifth root of the twelfth power.
  private func power(_ base: Double) -> Double {
    let square = base * base
    let twelfth = square * square * square * square * square * square
    var root = base
    for _ in 0..<60 { root -= (root * root * root * root * root - twelfth) / (5 * root * root * root * root) }
    return root
  }

  private func ratio(_ one: Color, _ other: Color) -> Double? {
    guard let one = luminance(one), let other = luminance(other) else { return nil }
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
  }

  @Test(
    "Text can be read on its ground, and states on a selected row",
    arguments: [
      ("dark", 4.5), ("light", 4.5), ("high-contrast", 7),
    ])
  func contrast(name: String, least: Double) throws {
    let configuration = Configuration(
      files: ConfigurationFiles(directories: [ConfigurationTests.checkout]), commands: ConfigurationTests.commands)
    let theme = configuration.theme(name, colors: 256).theme
    // A frame is no text: 2 is enough to see it.
    for role in Role.allCases where role != .paneBorder {
      let style = theme[role]
      let contrast = try #require(ratio(style.foreground, style.background))
      #expect(contrast >= least, "\(name): \(role.rawValue)")
    }
    let border = try #require(ratio(theme[.paneBorder].foreground, theme[.paneBorder].background))
    #expect(border >= 2, "\(name): pane.border")
  }

  @Test("Without colours a selection is still seen", arguments: ["dark", "light", "high-contrast", "mono"])
  func withoutColors(name: String) {
    let configuration = Configuration(
      files: ConfigurationFiles(directories: [ConfigurationTests.checkout]), commands: ConfigurationTests.commands)
    let theme = configuration.theme(name, colors: 0).theme
    #expect(theme[.listSelected].attributes.contains(.reverse))
    #expect(theme[.searchMatch].attributes.contains(.reverse))
    for role in Role.allCases {
      #expect(theme[role].foreground == .default)
      #expect(theme[role].background == .default)
    }
  }
}
