import ControlModel
import Glibc

/// A file to look at.
struct TranscriptPath: Sendable, Hashable {
  var path: String
  /// Named on the command line, not found in a folder: it is a mistake if it is no transcript.
  var isNamed: Bool

  var name: Substring { path.split(separator: "/").last ?? "" }

  /// The name without its last extension.
  var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
    return String(name[..<dot])
  }

  var components: [String] { path.split(separator: "/").map(String.init) }

  /// The time of its last change; 1970 when it is gone.
  var modified: Timestamp {
    var status = stat()
    guard stat(path, &status) == 0 else { return Timestamp(microseconds: 0) }
    return Timestamp(
      microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000)
  }
}

/// The files under the paths of an import.
enum FileTree {
  /// By their last change, because a session that was forked from another begins with a copy of it; sub-agents' files
  /// come behind all others, because their parents tell where they belong. What was named keeps its order.
  static func files(under paths: [String]) throws(ControlFailure) -> [TranscriptPath] {
    var files: [TranscriptPath] = []
    for path in paths {
      guard let isFolder = isFolder(path) else { throw FileFailure.cannotRead(path) }
      if isFolder {
        files += try found(in: roots(of: path))
      } else {
        files.append(TranscriptPath(path: path, isNamed: true))
      }
    }
    var seen: Set<String> = []
    return files.filter { seen.insert($0.path).inserted }.enumerated().sorted { left, right in
      let (first, second) = (isAgent(left.element), isAgent(right.element))
      return first == second ? left.offset < right.offset : second
    }.map(\.element)
  }

  static func isAgent(_ file: TranscriptPath) -> Bool {
    file.name.hasPrefix("agent-") || file.components.contains("subagents")
  }

  /// An agent's own folder holds much besides its transcripts: settings, logs, caches, prompts typed.
  private static func roots(of folder: String) -> [String] {
    let known = ["projects", "sessions", "archived_sessions"].map { "\(folder)/\($0)" }.filter { isFolder($0) == true }
    let isHome = [".claude", ".codex"].contains { folder.hasSuffix($0) || folder.hasSuffix("\($0)/") }
    let markers = ["settings.json", "config.toml", "history.jsonl", "auth.json", "statsig", "shell-snapshots"]
    let isMarked = markers.contains { access("\(folder)/\($0)", F_OK) == 0 }
    return known.isEmpty || !(isHome || isMarked) ? [folder] : known
  }

  private static func found(in folders: [String]) throws(ControlFailure) -> [TranscriptPath] {
    var files: [TranscriptPath] = []
    try collect(folders, into: &files)
    return files.map { ($0, $0.modified) }.enumerated().sorted { left, right in
      (left.element.1, left.offset) < (right.element.1, right.offset)
    }.map(\.element.0)
  }

  private static func collect(_ folders: [String], into files: inout [TranscriptPath]) throws(ControlFailure) {
    for folder in folders {
      for name in try names(in: folder) {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        if isFolder(path, followsLinks: false) == true {
          if !name.hasPrefix(".") && name != "node_modules" { try collect([path], into: &files) }
        } else if isCandidate(name) {
          files.append(TranscriptPath(path: path, isNamed: false))
        }
      }
    }
  }

  private static func isCandidate(_ name: String) -> Bool {
    // A sub-agent's `.meta.json` is read with its transcript.
    guard !name.hasSuffix(".meta.json"), !name.hasPrefix(".") else { return false }
    return [".jsonl", ".ndjson", ".json", ".traj", ".responses"].contains { name.hasSuffix($0) }
  }

  /// `nil` when there is nothing, or nothing that may be looked at. Inside a folder links to folders are not followed:
  /// they can go round in circles.
  private static func isFolder(_ path: String, followsLinks: Bool = true) -> Bool? {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  private static func names(in folder: String) throws(ControlFailure) -> [String] {
    guard let directory = opendir(folder) else { throw FileFailure.cannotRead(folder) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
