import ControlModel
import Files

/// The files under the paths of an import.
struct FileTree {
  private(set) var files: [TranscriptPath] = []
  /// What lies in a folder under a transcript's name and is not read, and why.
  private(set) var skipped: [ImportReport.Problem] = []

  /// Folders below folders. Agents nest theirs four deep.
  static let deepest = 64
  /// An agent that works day and night for years writes fewer.
  static let mostFiles = 200_000

  /// By their last change, because a session that was forked from another begins with a copy of it; sub-agents' files
  /// come behind all others, because their parents tell where they belong. What was named keeps its order.
  init(under paths: [String]) throws(ControlFailure) {
    var found: [TranscriptPath] = []
    for path in paths {
      let held: HeldFile
      do throws(FileSystemError) { held = try HeldFile(following: path) } catch {
        throw ControlFailure(.invalidArgument, "\(path) cannot be read: \(error).")
      }
      switch held.status.kind {
      case .folder: found += try walk(path, held)
      case .regular: found.append(TranscriptPath(named: path, held))
      default:
        throw ControlFailure(.invalidArgument, "\(path) is \(held.status.kind), not a file that could be read.")
      }
    }
    var seen: Set<String> = []
    files = found.filter { seen.insert($0.path).inserted }.enumerated().sorted { left, right in
      let (first, second) = (Self.isAgent(left.element), Self.isAgent(right.element))
      return first == second ? left.offset < right.offset : second
    }.map(\.element)
  }

  static func isAgent(_ file: TranscriptPath) -> Bool {
    file.name.hasPrefix("agent-") || file.components.contains("subagents")
  }

  private mutating func walk(_ path: String, _ folder: HeldFile) throws(ControlFailure) -> [TranscriptPath] {
    let root = NamedFolder(path: path, identity: folder.identity)
    let owners = FolderOwners([folder.status])
    var found: [TranscriptPath] = []
    do throws(FileSystemError) {
      let known = try Self.ownFolders(of: path, folder)
      if known.isEmpty { try collect(folder, root, [], owners, &found) }
      for name in known { visit(name, folder, root, [], owners, &found) }
    } catch {
      throw FileFailure.cannotRead(path, error)
    }
    return found.enumerated().sorted { left, right in
      (left.element.modified, left.offset) < (right.element.modified, right.offset)
    }.map(\.element)
  }

  /// An agent's own folder holds much besides its transcripts: settings, logs, caches, prompts typed. Only these of it are
  /// looked into; none where it is an ordinary folder.
  private static func ownFolders(of path: String, _ folder: HeldFile) throws(FileSystemError) -> [String] {
    let names = try folder.entries().names
    let known = ["projects", "sessions", "archived_sessions"].filter(names.contains)
    let isHome = [".claude", ".codex"].contains { path.hasSuffix($0) || path.hasSuffix("\($0)/") }
    let markers = ["settings.json", "config.toml", "history.jsonl", "auth.json", "statsig", "shell-snapshots"]
    return isHome || markers.contains(where: names.contains) ? known : []
  }

  private mutating func collect(
    _ folder: HeldFile, _ root: NamedFolder, _ way: [String], _ owners: FolderOwners, _ found: inout [TranscriptPath]
  ) throws(FileSystemError) {
    let entries = try folder.entries()
    for name in entries.names where !name.hasPrefix(".") && name != "node_modules" {
      visit(name, folder, root, way, owners, &found)
    }
    for entry in entries.unnamed where entry.mayBeFolder || TranscriptName(entry.text) != nil {
      skip(root, way + [entry.text], "its name is not UTF-8; rename it to import it")
    }
  }

  /// One entry of a folder. Links are not followed: they lead out of it, or round in circles.
  private mutating func visit(
    _ name: String, _ folder: HeldFile, _ root: NamedFolder, _ way: [String], _ owners: FolderOwners,
    _ found: inout [TranscriptPath]
  ) {
    let way = way + [name]
    do throws(FileSystemError) {
      let held = try folder.child(name)
      if held.status.kind == .folder {
        guard way.count <= Self.deepest else {
          return skip(root, way, "it lies more than \(Self.deepest) folders deep")
        }
        try collect(held, root, way, owners.adding(held.status), &found)
      } else if let kind = TranscriptName(name) {
        if case .closed(let reason) = kind { return skip(root, way, reason) }
        if let reason = owners.refusal(of: held.status) { return skip(root, way, reason) }
        guard found.count < Self.mostFiles else { return skip(root, way, "an import takes \(Self.mostFiles) files") }
        found.append(TranscriptPath(root, way, modified: held.status.modified))
      } else if held.status.kind == .link, root.leadsToFolder(way) {
        skip(root, way, "it is a symbolic link, and links are not followed")
      }
    } catch {
      // Gone since the folder was read: agents tidy up while they work.
      if !error.isMissing { skip(root, way, "it cannot be read: \(error)") }
    }
  }

  private mutating func skip(_ root: NamedFolder, _ way: [String], _ reason: String) {
    guard skipped.count < ImportReport.keptProblems else { return }
    skipped.append(.init(file: root.path(of: way), line: nil, message: "It was left out: \(reason)."))
  }
}
