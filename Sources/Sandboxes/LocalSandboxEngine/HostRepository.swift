import ControlModel
import Glibc
import ProcessIdentity
import SessionWorkspace

/// A repository on this machine, with all that it is made of: a linked worktree and one with alternates keep their
/// history elsewhere, and each such place is asked for like the first. Everything read here is somebody's claim.
struct HostRepository {
  private(set) var source: String
  /// Real paths of the directories to be shown; one below another is not named.
  private(set) var directories: [String] = []
  private let access: HostAccess

  /// Of what is closed only because nobody has listed it.
  private static let listing = "An administrator can list its folder there."
  /// As deep as git follows them.
  private static let deepest = 5
  private static let largestFile = 16_384
  /// What git's own tools have made links of.
  private static let linkable = ["HEAD", "config", "objects", "objects/pack", "packed-refs", "refs", "shallow"]

  /// The failure's summary is the end of a sentence.
  init(_ path: String, access: HostAccess) throws(ControlFailure) {
    self.access = access
    source = path
    guard let real = realPath(path) else {
      if access.mayTell(of: path) { throw ControlFailure(.notFound, "there is no such path") }
      throw ControlFailure(
        .permissionDenied,
        "it lies in no folder that localRoots of \(LocalRoots.file(in: access.dataDirectory)) lists",
        hint: Self.listing)
    }
    try allow(real)
    let repository = try gitDirectory(of: real)
    source = repository
    try add(repository)
    if let common = try text("\(repository)/commondir") { try add(resolved(common, from: repository)) }
    guard directories.count <= JailArguments.mostReadOnly else {
      throw ControlFailure(.unsupported, "it is made of more than \(JailArguments.mostReadOnly) directories")
    }
  }

  var localSource: WorkspacePreparation.LocalSource {
    .init(path: source, directories: Array(Set(directories + [source])).sorted())
  }

  /// A working tree's `.git`, a file that names it, or a bare repository itself.
  private func gitDirectory(of path: String) throws(ControlFailure) -> String {
    let inside = "\(path)/.git"
    if exists(inside) {
      let real = try resolved(inside, from: path)
      guard let line = try text(real) else { return real }
      guard line.hasPrefix("gitdir: ") else { throw ControlFailure(.malformed, "its file .git is none of git's") }
      return try resolved(String(line.dropFirst(8)), from: path)
    }
    guard exists("\(path)/HEAD"), exists("\(path)/objects") || exists("\(path)/commondir") else {
      throw ControlFailure(.invalidArgument, "it is no git repository")
    }
    return path
  }

  /// What git opens and would wait for, were it a pipe.
  private static let opened = ["HEAD", "config", "packed-refs", "shallow", "commondir", "objects/info/alternates"]

  private mutating func add(_ repository: String) throws(ControlFailure) {
    show(repository)
    for name in Self.opened { try requirePlain("\(repository)/\(name)", name) }
    for name in Self.linkable where linkTarget("\(repository)/\(name)") != nil {
      show(try resolved("\(repository)/\(name)", from: repository))
    }
    try addAlternates(of: "\(repository)/objects", depth: 0)
  }

  private func requirePlain(_ path: String, _ name: String) throws(ControlFailure) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw ControlFailure(.malformed, "its \(name) is no plain file")
  }

  private mutating func addAlternates(of objects: String, depth: Int) throws(ControlFailure) {
    guard let list = try text("\(objects)/info/alternates", isWhole: true) else { return }
    guard depth < Self.deepest else { throw ControlFailure(.unsupported, "its alternates have alternates without end") }
    for line in list.split(separator: "\n") where !line.hasPrefix("#") {
      let other = try resolved(String(line), from: objects)
      try requirePlain("\(other)/info/alternates", "alternates")
      show(other)
      guard directories.count <= JailArguments.mostReadOnly else { return }
      try addAlternates(of: other, depth: depth + 1)
    }
  }

  private mutating func show(_ path: String) {
    guard !directories.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) else { return }
    directories.removeAll { $0.hasPrefix(path + "/") }
    directories.append(path)
  }

  private func resolved(_ path: String, from base: String) throws(ControlFailure) -> String {
    let whole = path.hasPrefix("/") ? path : "\(base)/\(path)"
    let isPlain = whole.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    guard isPlain, let real = realPath(whole) else {
      throw ControlFailure(.notFound, "it keeps a part of itself in a place that is not there")
    }
    try allow(real)
    return real
  }

  private func allow(_ path: String) throws(ControlFailure) {
    guard let objection = access.objection(toReading: path) else { return }
    throw ControlFailure(
      .permissionDenied, objection, hint: access.objection(toShowing: path) == nil ? Self.listing : nil)
  }

  /// The first line of a small plain file, or all of it; `nil` when it is none.
  private func text(_ path: String, isWhole: Bool = false) throws(ControlFailure) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.largestFile + 1)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0, count <= Self.largestFile else {
      throw ControlFailure(.unsupported, "it names more places than Paddock follows")
    }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return isWhole ? text : String(text.prefix { $0 != "\n" })
  }
}
