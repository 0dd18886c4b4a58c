import ControlModel
import Glibc
import ProcessIdentity
import SessionWorkspace

/// The files below a jail's `/etc` that would tell of the host, made up instead.
struct SynthesisedFiles: Sendable, Hashable {
  /// Name below `/etc` to content.
  let contents: [String: String]

  init(agent: Agent, hostname: String, network: AgentSpec.Network) {
    let user = JailArguments.userInside
    var contents = [
      "passwd": """
      root:x:0:0:root:/:/usr/sbin/nologin
      agent:x:\(user):\(user):\(agent.name):\(WorkspacePreparation.homeDirectory):/bin/sh
      nobody:x:65534:65534:nobody:/:/usr/sbin/nologin

      """,
      "group": """
      root:x:0:
      agent:x:\(user):
      nogroup:x:65534:

      """,
      "hostname": "\(hostname)\n",
      // Repositories that another user owns are cloned, too; an agent's commits need an author.
      "gitconfig": """
      [safe]
      \tdirectory = *
      [user]
      \tname = \(agent.name)
      \temail = \(agent.name)@\(agent.team).invalid
      [init]
      \tdefaultBranch = main

      """,
    ]
    if network == .none { contents["hosts"] = "127.0.0.1 localhost \(hostname)\n::1 localhost\n" }
    self.contents = contents
  }

  /// Returns where each path of the jail is found.
  func write(to directory: String) throws(ControlFailure) -> [String: String] {
    try makeDirectory(directory, mode: 0o755)
    var places: [String: String] = [:]
    for (name, content) in contents.sorted(by: { $0.key < $1.key }) {
      let path = "\(directory)/\(name)"
      // The same content is left alone: a running jail may show this very file.
      if readText(path) != content { try replaceFile(path, with: Array(content.utf8), mode: 0o644) }
      places["/etc/\(name)"] = path
    }
    return places
  }
}
