import ControlModel
import Glibc
import ProcessIdentity

extension LocalSandboxEngine {
  /// The volume appears as a whole, owned by the agent's user. Once it is there, the engine never touches what is in it
  /// but through a jail: an agent could have put links there.
  func makeVolume(_ paths: SessionPaths, team: ResourceName) throws(ControlFailure) {
    try makeDirectory(paths.journalDirectory)
    if exists(paths.team) {
      try checkTeam(team, paths)
    } else {
      try replaceFile(paths.team, with: Array(team.text.utf8))
    }
    let owner = machine.agentUser(of: team) ?? geteuid()
    guard !exists(paths.volume) else { return try checkOwner(of: paths.volume, owner) }
    let fresh = paths.volume + ".new"
    try makeDirectory(fresh)
    if machine.isRoot, chown(fresh, owner, owner) != 0 { throw systemFailure("give away", fresh) }
    guard rename(fresh, paths.volume) == 0 else { throw systemFailure("make", paths.volume) }
  }

  func checkTeam(_ team: ResourceName, _ paths: SessionPaths) throws(ControlFailure) {
    guard let owner = readText(paths.team), owner != team.text else { return }
    throw ControlFailure(
      .conflict, "The volume of session \(paths.session) belongs to team '\(owner)', not to '\(team)'.")
  }

  private func checkOwner(of volume: String, _ owner: uid_t) throws(ControlFailure) {
    var status = stat()
    guard lstat(volume, &status) == 0 else { throw systemFailure("look at", volume) }
    guard status.st_uid != owner else { return }
    throw ControlFailure(
      .conflict, "The volume '\(volume)' belongs to user \(status.st_uid), but the agent would run as user \(owner).",
      hint: "Start Paddock as the user that made this data directory.")
  }

  /// A caller that is not root must first open directories that the agent has closed to itself. Processes that were just
  /// killed may still be leaving, so a second try is worth it.
  func removeTree(_ path: String) async throws(ControlFailure) {
    let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
    for attempt in 1...5 {
      let open = ChildCommand(command: ["/bin/chmod", "-R", "u+rwX", "--", path], environment: environment)
      if attempt > 1 { _ = try await open.run() }
      let remove = ChildCommand(
        command: ["/bin/rm", "-rf", "--one-file-system", "--", path], environment: environment)
      let outcome = try await remove.run()
      if outcome.status == 0 { return }
      guard attempt < 5 else {
        let said = outcome.output.split(separator: "\n").last.map(String.init) ?? "rm failed"
        throw ControlFailure(.internalError, "The directory '\(path)' could not be removed: \(said).")
      }
    }
  }
}
