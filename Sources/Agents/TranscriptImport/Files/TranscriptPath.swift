import ControlModel
import Files

/// A folder that was named on the command line: everything below it is reached from here, step by step and through no
/// link. No descriptor is held: thousands may be named.
struct NamedFolder: Sendable {
  let path: String
  let identity: FileIdentity

  func path(of way: [String]) -> String {
    (path.hasSuffix("/") ? path : path + "/") + way.joined(separator: "/")
  }

  /// The file at the end of the way, if it may be read.
  func open(_ way: [String]) throws(ControlFailure) -> HeldFile {
    var held = try FileFailure.again(path, identity)
    var owners = FolderOwners()
    for name in way {
      owners = owners.adding(held.status)
      do throws(FileSystemError) { held = try held.child(name) } catch {
        throw FileFailure.cannotRead(path(of: way), error)
      }
    }
    if let reason = owners.refusal(of: held.status) { throw FileFailure.leftOut(path(of: way), reason) }
    return held
  }

  /// Whether a link in here leads to a folder. Only looked at, never entered.
  func leadsToFolder(_ way: [String]) -> Bool {
    (try? HeldFile(following: path(of: way)))?.status.kind == .folder
  }
}

/// A file to look at.
struct TranscriptPath: Sendable {
  let path: String
  /// The time of its last change when it was found.
  let modified: Timestamp
  private let place: Place

  private enum Place: Sendable {
    /// On the command line, through links too: whoever named it, meant it.
    case named(FileIdentity)
    case found(NamedFolder, [String])
  }

  init(named path: String, _ file: HeldFile) {
    self.path = path
    modified = Timestamp(microseconds: file.status.modified)
    place = .named(file.identity)
  }

  init(_ folder: NamedFolder, _ way: [String], modified: Int64) {
    path = folder.path(of: way)
    self.modified = Timestamp(microseconds: modified)
    place = .found(folder, way)
  }

  /// Named on the command line, not found in a folder: it is a mistake if it is no transcript.
  var isNamed: Bool { if case .named = place { true } else { false } }

  var name: Substring { path.split(separator: "/").last ?? "" }

  /// The name without its last extension.
  var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
    return String(name[..<dot])
  }

  var components: [String] { path.split(separator: "/").map(String.init) }

  func open() throws(ControlFailure) -> LineFile {
    switch place {
    case .named(let identity): try LineFile(FileFailure.again(path, identity), path)
    case .found(let folder, let way): try LineFile(folder.open(way), path)
    }
  }

  /// A file beside this one; `nil` when there is none. It was not named, so no link leads to it.
  func openBeside(_ name: String) throws(ControlFailure) -> LineFile? {
    let (folder, way): (NamedFolder, [String])
    switch place {
    case .found(let root, let found): (folder, way) = (root, found.dropLast() + [name])
    case .named:
      let cut = path.lastIndex(of: "/").map { String(path[..<$0]) }
      let above = cut.map { $0.isEmpty ? "/" : $0 } ?? "."
      guard let held = try? HeldFile(following: above) else { return nil }
      (folder, way) = (NamedFolder(path: above, identity: held.identity), [name])
    }
    do throws(ControlFailure) { return try LineFile(folder.open(way), folder.path(of: way)) } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }
}
