package import ControlModel

/// What to run, as the agent's user and inside its sandbox, so that the volume is ready for the agent; pure.
package struct WorkspacePreparation: Sendable, Hashable {
  /// The name of the directory below `/workspace` that the agent starts in.
  package let directory: String
  package let workspace: AgentSpec.Workspace?

  /// Where the session's volume appears inside.
  package static let volume = "/workspace"
  package static let stateDirectory = "\(volume)/.state"
  package static let homeDirectory = "\(stateDirectory)/home"

  package init(_ spec: AgentSpec) {
    workspace = spec.workspace
    directory = spec.workspace.map { Self.directoryName(of: $0.repository) } ?? "work"
  }

  package var workingDirectory: String { "\(Self.volume)/\(directory)" }

  /// A path on this machine, which the jail must show; `nil` for a URL.
  package var localRepository: String? {
    guard let repository = workspace?.repository else { return nil }
    if repository.hasPrefix("file://") { return String(repository.dropFirst(7)) }
    return repository.hasPrefix("/") ? repository : nil
  }

  /// The last part of the path or URL without `.git`, as git itself names a clone.
  package static func directoryName(of repository: String) -> String {
    var path = repository[...]
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix("/.git") { path = path.dropLast(5) }
    let last = path.split { $0 == "/" || $0 == ":" }.last ?? ""
    let name = last.hasSuffix(".git") ? last.dropLast(4) : last
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    return name.isEmpty || name.hasPrefix(".") || name.hasPrefix("-") || !isPlain ? "repository" : String(name)
  }

  /// A clone is made beside and moved into place when it is whole: a crash leaves nothing that looks finished. No hook
  /// runs: none is copied in from a template, and none is looked for. A repository on this machine is an operator's, not
  /// the agent's: git must be told that this is meant, in the one place where both sides of a local clone look.
  private static let script = """
    set -e
    umask 022
    mkdir -p "$HOME"
    [ -n "$2" ] || { mkdir -p "$1"; exit 0; }
    [ ! -e "$1" ] || exit 0
    command -v git > /dev/null || { echo "git is not installed"; exit 127; }
    rm -rf /workspace/.clone
    printf '[safe]\\n\\tdirectory = *\\n' > /tmp/gitconfig
    GIT_CONFIG_GLOBAL=/tmp/gitconfig git -c core.hooksPath=/dev/null clone --quiet --no-hardlinks --template= ${3:+--branch "$3"} -- "$2" /workspace/.clone
    mv /workspace/.clone "$1"
    """

  package var command: [String] {
    [
      "/bin/sh", "-c", Self.script, "paddock-prepare", workingDirectory, workspace?.repository ?? "",
      workspace?.branch ?? "",
    ]
  }

  /// `ext::` and the like would run any program.
  package static let environment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": homeDirectory, "LANG": "C.UTF-8",
    // A host's own settings may be closed to the agent's user, and are none of its business.
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
  ]

  /// The sentence for a preparation that failed; `output` is what git said.
  package func failureMessage(status: Int32, output: String) -> String {
    let said = Self.plainLines(output).suffix(3).joined(separator: "; ")
    let end = said.isEmpty ? "it ended with status \(status)" : said
    guard let repository = workspace?.repository else { return "The workspace could not be made ready: \(end)." }
    let branch = workspace?.branch.map { ", branch '\($0)'" } ?? ""
    return "The repository '\(Self.withoutUser(repository))'\(branch) could not be cloned: \(Self.withoutUser(end))."
  }

  /// What follows a name and a colon is often a password: `https://user:token@host/`.
  package static func withoutUser(_ text: String) -> String {
    var parts = text.components(separatedBy: "://")
    for index in parts.indices.dropFirst() {
      let authority = parts[index].prefix { !"/ '\"".contains($0) }
      guard let at = authority.lastIndex(of: "@") else { continue }
      parts[index] = String(parts[index][parts[index].index(after: at)...])
    }
    return parts.joined(separator: "://")
  }

  private static func plainLines(_ output: String) -> [String] {
    output.split(whereSeparator: \.isNewline).map { line in
      let scalars = line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
      var text = String(String.UnicodeScalarView(scalars))
      while text.hasSuffix(" ") || text.hasSuffix(".") { text.removeLast() }
      return text
    }.filter { !$0.isEmpty }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
