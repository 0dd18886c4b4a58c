import ControlModel
import Files
import Glibc

/// What is not there and what may not be looked at are told apart: "not running" would be wrong for the latter.
extension Installation {
  func forbidden(_ reason: String) -> ControlFailure {
    ControlFailure(
      .permissionDenied,
      "Whether Paddock runs in \(dataDirectory) cannot be known to user '\(OperatingSystemUser.name)': \(reason).",
      hint: "Ask who owns that directory, or name another with --data-dir or a database with --database-url.")
  }

  /// `nil` when there is no such file.
  func contents(ofOwnFile path: String) throws(ControlFailure) -> [UInt8]? {
    do throws(FileSystemError) {
      guard try isThere(path) else { return nil }
    } catch {
      throw forbidden("\(path): \(error)")
    }
    guard access(path, R_OK) == 0 else { throw forbidden("\(path): \(FileSystemError())") }
    return try TextFile.bytes(ofKept: path)
  }
}
