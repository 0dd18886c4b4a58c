import BoundedYAML
import ControlModel
import Files
import Glibc

/// The folders of this machine that agents' declarations may name: `localRoots` in the data directory's `paddock.yaml`,
/// where only who runs Paddock writes.
struct LocalRoots: Sendable, Hashable {
  /// Real paths.
  let paths: [String]

  static func file(in dataDirectory: String) -> String { "\(dataDirectory)/paddock.yaml" }

  private static let largestFile = 1 << 16

  /// No file: none. One that says something else than it should is refused whole.
  static func read(in dataDirectory: String) throws(ControlFailure) -> LocalRoots {
    let file = file(in: dataDirectory)
    let bytes: [UInt8]
    do { bytes = try PlainFile.read(file, atMost: largestFile) } catch {
      if error.isMissing { return LocalRoots(paths: []) }
      throw ControlFailure(.malformed, "\(file) cannot be read: \(error).")
    }
    return try LocalRoots(yaml: String(decoding: bytes, as: UTF8.self), file: file, resolve: realPath)
  }

  init(paths: [String]) { self.paths = paths }

  init(yaml: String, file: String, resolve: (String) -> String?) throws(ControlFailure) {
    func refusal(_ what: String) -> ControlFailure {
      ControlFailure(.malformed, "\(file) \(what).", hint: "It may say: localRoots: [/srv/git]")
    }
    let node: YAMLNode?
    do { node = try YAMLDocuments.readOne(yaml) } catch { throw refusal("\(error)") }
    guard let node else {
      paths = []
      return
    }
    guard let members = node.members else { throw refusal("is not a mapping") }
    var paths: [String] = []
    for member in members {
      guard member.name == "localRoots" else { throw refusal("has an unknown member '\(member.name)'") }
      guard let items = member.value.list else { throw refusal("has localRoots that are no list") }
      for item in items {
        guard let path = item.text, path.hasPrefix("/") else {
          throw refusal("has a root in localRoots that is no absolute path")
        }
        // One that is not there shows nothing.
        if let real = resolve(path) { paths.append(real) }
      }
    }
    self.paths = paths
  }

  /// The one that the real path lies below, if any; the longest.
  func root(of path: String) -> String? {
    paths.filter { path == $0 || $0 == "/" || path.hasPrefix($0 + "/") }.max { $0.utf8.count < $1.utf8.count }
  }
}
