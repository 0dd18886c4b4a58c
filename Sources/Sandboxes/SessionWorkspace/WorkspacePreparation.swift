package import ControlModel

/// What to run, as the agent's user and inside its sandbox, so that the volume is ready for the agent; pure.
///
/// The volume may have been the agent's for days: nothing on it is read as anybody's configuration. git gets an empty home
/// elsewhere, starts in it, and never looks into a clone that is there.
package struct WorkspacePreparation: Sendable, Hashable {
  /// The name of the directory below `/workspace` that the agent starts in.
  package let directory: String
  package let workspace: AgentSpec.Workspace?
  /// `nil` without a workspace.
  package let address: Result<RepositoryAddress, ControlFailure>?
  /// What git clones in place of a local address's path, and the directories that make it up.
  package var localSource: LocalSource?
  /// Seconds after which a clone is given up: a repository can be made so that git waits for ever.
  package var cloneLimit = 3600

  package struct LocalSource: Sendable, Hashable {
    package var path: String
    package var directories: [String]

    package init(path: String, directories: [String]) {
      self.path = path
      self.directories = directories
    }
  }

  /// Where the session's volume appears inside.
  package static let volume = "/workspace"
  package static let stateDirectory = "\(volume)/.state"
  package static let homeDirectory = "\(stateDirectory)/home"

  package init(_ spec: AgentSpec) {
    workspace = spec.workspace
    directory = spec.workspace.map { Self.directoryName(of: $0.repository) } ?? "work"
    address = spec.workspace.map { workspace in
      Result { () throws(ControlFailure) in try RepositoryAddress(workspace.repository) }
    }
  }

  package var workingDirectory: String { "\(Self.volume)/\(directory)" }

  /// A path on the sandbox's machine; `nil` for a URL.
  package var localRepository: String? {
    guard case .success(.local(let path)) = address else { return nil }
    return path
  }

  package var isRemote: Bool {
    if case .success(.remote) = address { true } else { false }
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
  /// the agent's: git must be told that this is meant, in the one place where both sides of a local clone look. It is
  /// cloned as if it were far away, so that the clone needs nothing of it any more.
  private static let script = #"""
    set -e
    umask 022
    work=$1 repository=$2 branch=$3 limit=$4
    shift 4
    mkdir -p \#(homeDirectory)
    [ -n "$repository" ] || { mkdir -p "$work"; exit 0; }
    if [ -e "$work" ] || [ -L "$work" ]; then exit 0; fi
    command -v git > /dev/null || { echo "git is not installed"; exit 127; }
    HOME=$(mktemp -d /tmp/paddock-prepare.XXXXXX)
    export HOME XDG_CONFIG_HOME="$HOME" GIT_CONFIG_GLOBAL="$HOME/gitconfig"
    trap 'rm -rf "$HOME"' EXIT
    cd "$HOME"
    for directory; do git config --file gitconfig --add safe.directory "$directory"; done
    if [ -n "${PADDOCK_GIT_HOST:-}" ]; then
      git config --file gitconfig "credential.$PADDOCK_GIT_HOST.helper" \
        '!f() { printf "username=%s\npassword=%s\n" "$PADDOCK_GIT_USER" "$PADDOCK_GIT_PASSWORD"; }; f'
    fi
    rm -rf \#(volume)/.clone
    if timeout -k 1 5 true 2> /dev/null; then git() { timeout -k 10 "$limit" git "$@"; }; fi
    git -c http.lowSpeedLimit=100 -c http.lowSpeedTime=300 -c core.hooksPath=/dev/null -c core.fsmonitor=false clone --quiet --no-local --no-recurse-submodules --template= \
      ${branch:+--branch "$branch"} -- "$repository" \#(volume)/.clone
    mv \#(volume)/.clone "$work"
    """#

  package var command: [String] {
    let refused = "printf '%s\\n' \"$1\"; exit 64"
    switch address {
    case .failure(let failure): return ["/bin/sh", "-c", refused, "paddock-prepare", failure.summary]
    case .success(.remote(let url, _)): return command(cloning: url, [])
    case .success(.local(let path)):
      let source = localSource ?? LocalSource(path: path, directories: [path, path + "/.git"])
      return command(cloning: source.path, source.directories)
    case nil: return command(cloning: "", [])
    }
  }

  private func command(cloning repository: String, _ safe: [String]) -> [String] {
    [
      "/bin/sh", "-c", Self.script, "paddock-prepare", workingDirectory, repository, workspace?.branch ?? "",
      "\(cloneLimit)",
    ]
      + safe
  }

  /// Credentials are here and nowhere else: others on the machine cannot read what a process's variables are.
  package var environment: [String: String] {
    var variables = Self.environment
    // No way from one to the other: a server could send a clone on to a path.
    variables["GIT_ALLOW_PROTOCOL"] = isRemote ? "git:http:https:ssh" : "file"
    guard case .success(.remote(let url, let credentials?)) = address else { return variables }
    let scheme = url.prefix { $0 != ":" }
    variables["PADDOCK_GIT_HOST"] = "\(scheme)://\(url.dropFirst(scheme.count + 3).prefix { $0 != "/" })"
    variables["PADDOCK_GIT_USER"] = credentials.user
    variables["PADDOCK_GIT_PASSWORD"] = credentials.password
    return variables
  }

  /// The home is that of who prepares: not the agent's, which the agent writes.
  private static let environment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8",
    // A host's own settings may be closed to the agent's user, and are none of its business.
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
    // Nothing above the directory that git starts in is its repository.
    "GIT_CEILING_DIRECTORIES": "/tmp", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1",
    // ssh finds its user's home in /etc/passwd, and that is the agent's.
    "GIT_SSH_COMMAND":
      "ssh -F /dev/null -o BatchMode=yes -o ConnectTimeout=60 -o ServerAliveInterval=60 -o ServerAliveCountMax=5 -o IdentityFile=/dev/null -o UserKnownHostsFile=/dev/null",
  ]

  /// The sentence for a preparation that failed; `output` is what git said.
  package func failureMessage(status: Int32, output: String) -> String {
    let said = Self.plainLines(output).suffix(3).joined(separator: "; ")
    // As `timeout` says it, and a shell of what had to be killed.
    let isLate = [124, 137].contains(status) && workspace != nil
    let end =
      isLate ? "it took more than \(cloneLimit) s" : said.isEmpty ? "it ended with status \(status)" : said
    if case .failure(let failure) = address { return failure.summary }
    guard workspace != nil else { return WorkspaceEnd.notReady.told(end) }
    return WorkspaceEnd.notCloned.told(subject, withoutSecrets(end))
  }

  /// As the beginning of a sentence, with no secret in it.
  package var subject: String {
    let branch = workspace?.branch.map { ", branch '\($0)'" } ?? ""
    switch address {
    case .success(.local(let path)): return "The repository '\(path)'\(branch)"
    case .success(.remote(let url, _)): return "The repository '\(url)'\(branch)"
    case .failure, nil: return "The repository of the workspace"
    }
  }

  private func withoutSecrets(_ text: String) -> String {
    guard case .success(.remote(_, let credentials?)) = address else { return Self.withoutUser(text) }
    let (user, password) = (credentials.user, credentials.password)
    // A name that stands alone is a token; beside a password it is one that everybody may know.
    let secrets = password.isEmpty ? [user] : ["\(user):\(password)", password]
    return secrets.filter { !$0.isEmpty }.reduce(Self.withoutUser(text)) { Self.blot($1, in: $0) }
  }

  /// In bytes: what is shorter stands in too many words, and is taken out where it is one of its own.
  private static let shortSecret = 4

  private static func blot(_ secret: String, in text: String) -> String {
    guard secret.utf8.count < shortSecret else {
      return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
    }
    var (blotted, rest) = ("", text[...])
    while let found = rest.firstRange(of: secret) {
      let around = [text[..<found.lowerBound].last, text[found.upperBound...].first]
      let isWord = !around.contains { $0.map(isInWord) ?? false }
      blotted += rest[..<found.lowerBound] + (isWord ? "…" : rest[found])
      rest = rest[found.upperBound...]
    }
    return blotted + rest
  }

  private static func isInWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

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
