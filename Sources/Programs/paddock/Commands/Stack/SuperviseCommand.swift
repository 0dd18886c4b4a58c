import ArgumentParser
import ControlModel
import Glibc
import Logging

/// Started by `paddock up`; `paddock down` ends it first.
struct SuperviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise",
    abstract: "Start the embedded Postgres and the core again when they are gone (`paddock up` runs this).",
    shouldDisplay: false)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let installation = common.stack.installation
    try installation.requireOwn("Supervising")
    guard let lock = try Self.onlyOne(in: installation.dataDirectory) else { return }
    defer { close(lock) }
    let process = StackProcess(.supervisor, of: installation)
    try process.writeRecord()
    let work = Task {
      var supervisor = StackSupervisor(installation, logger: Logger(label: "supervisor"))
      await supervisor.run()
    }
    Task { for await _ in TerminationSignals.stream() { work.cancel() } }
    await work.value
    process.removeRecord()
  }

  /// Held for as long as the process lives; `nil` where another has it.
  private static func onlyOne(in directory: String) throws(ControlFailure) -> Int32? {
    let path = directory + "/supervisor.lock"
    let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else {
      throw ControlFailure(.unavailable, "The lock \(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    if flock(lock, LOCK_EX | LOCK_NB) == 0 { return lock }
    close(lock)
    return nil
  }
}
