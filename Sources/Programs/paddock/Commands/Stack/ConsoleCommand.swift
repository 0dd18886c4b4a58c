import ArgumentParser
import SessionHistory

struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Open the console.",
    discussion: "When no core is alive it runs one while it is open. Closing it leaves the agents running.")

  @OptionGroup var appearance: AppearanceOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  @MainActor func run() async throws {
    let installation = common.stack.installation
    let stores = try await Stores.open(installation, as: .console)
    try await ConsoleProgram(
      installation: installation, stores: stores, appearance: appearance, given: engine.choice
    ).run()
  }
}
