import ArgumentParser
import ControlModel
import PostgresClient

/// Which Paddock a command speaks to.
struct StackOptions: ParsableArguments {
  @Option(
    name: .customLong("data-dir"),
    help: "The directory of the embedded stack. Default: $PADDOCK_DATA_DIR, or the user's data directory.")
  var dataDirectory: String?

  @Option(
    name: .customLong("database-url"),
    help: "A Postgres to use instead of the embedded one, as libpq takes it. Default: $PADDOCK_DATABASE_URL.")
  var databaseURL: String?

  /// Every user of the machine can read the arguments of every program.
  func validate() throws {
    try checkDataDirectory()
    guard let databaseURL, PostgresConfiguration(url: databaseURL).holdsPassword else { return }
    throw ValidationError(
      "--database-url holds a password, which everybody on this machine can read while the command runs. "
        + "Put it into ~/.pgpass, or the URL into PADDOCK_DATABASE_URL.")
  }

  /// A database that was named needs no directory.
  private func checkDataDirectory() throws {
    do throws(ControlFailure) {
      _ = try DataDirectory.choose(dataDirectory, variable: Installation.variable)
    } catch {
      let hasDatabase = databaseURL != nil || Installation.variable("PADDOCK_DATABASE_URL") != nil
      guard dataDirectory != nil || !hasDatabase else { return }
      throw ValidationError(error.description)
    }
  }

  var installation: Installation {
    Installation(dataDirectory: dataDirectory, databaseURL: databaseURL)
  }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl
}

/// The options that every command takes.
struct CommonOptions: ParsableArguments {
  @OptionGroup var stack: StackOptions

  @Option(name: [.long, .short], help: "table, json, or (for events) jsonl.")
  var output: OutputFormat = .table
}
