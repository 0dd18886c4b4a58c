import ControlModel
import EmbeddedPostgres
import LocalSandboxEngine

extension Installation {
  /// How the local engine of this stack is opened; without a runner it can only end what runs.
  func localEngine(runner: String, makesDirectories: Bool = true) -> LocalSandboxEngine.Configuration {
    let postgres = embeddedPostgres.dataDirectory
    return .init(
      dataDirectory: dataDirectory, runner: runner, makesDirectories: makesDirectories,
      otherPlaces: databaseURL == nil ? [postgres, postgres + "/pg_wal"] : [])
  }

  /// The volumes of the stack's own data as they are now, whatever the database can say; `nil` where they are not this
  /// user's, or not there.
  var disk: DiskStatus? {
    guard !isGuest else { return nil }
    return LocalSandboxEngine.disk(of: localEngine(runner: ""))
  }

  /// Before something that must be written: the database's start and end, the records of what is ended.
  func giveBackReserves() {
    guard !isGuest else { return }
    LocalSandboxEngine.giveBackReserves(of: localEngine(runner: ""))
  }

  /// A server that cannot write says so in many words, and has one cause; a disk that is nearly full need not be why.
  func fullDisk(behind problem: String) -> ControlFailure? {
    guard let disk, ["No space left on device", "Disk quota exceeded"].contains(where: problem.contains) else {
      return nil
    }
    return ControlFailure(
      .unavailable, "The embedded Postgres did not start: \(disk.summary).",
      hint: "Make room on that volume first, then run `paddock up` again. The server's own words are in "
        + "\(embeddedPostgres.dataDirectory)/paddock.log.")
  }

  /// What is to be done before a start, if a start would fail; `nil` while there is room.
  var roomFirst: String? {
    guard let disk, disk.level >= .atReserve else { return nil }
    return StackWords.room.told(disk.summary)
  }

  /// For who finds the database out of reach: a disk without room may be why.
  func warnOfFullDisk() {
    guard let disk, disk.level >= .atReserve else { return }
    StandardError.say("paddock: \(SafeText.line(disk.summary)).")
  }
}
