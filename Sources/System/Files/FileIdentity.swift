/// Which file it is, whatever its names: what was looked at can be let go of, and known again when it is opened.
package struct FileIdentity: Sendable, Hashable {
  let device: UInt64
  let number: UInt64
}

extension HeldFile {
  /// Where the path leads, if that is still the same; `ESTALE` when something else is there by now.
  package static func again(_ path: String, _ identity: FileIdentity) throws(FileSystemError) -> HeldFile {
    let held = try HeldFile(following: path)
    guard held.identity == identity else { throw FileSystemError.replaced }
    return held
  }
}

extension FileSystemError {
  package static let replaced = FileSystemError(116)
}
