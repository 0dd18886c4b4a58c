import ProcessIdentity

/// Lets an agent rest without ending it, by its cgroup, which none of its processes escapes. The runner is not in it: it
/// goes on, answers, and ends the agent when it is told to.
struct Freezer: Sendable {
  let groups: ControlGroups

  /// False where there is no cgroup for it. What is already frozen stays so; a process that came since is frozen, too.
  func freeze(_ record: SandboxRecord) -> Bool {
    group(of: record).map { ControlGroups.freeze($0, true) } ?? false
  }

  func thaw(_ record: SandboxRecord) {
    if let group = group(of: record) { ControlGroups.freeze(group, false) }
  }

  /// As the kernel knows it: whoever froze it may be gone.
  func isFrozen(_ record: SandboxRecord) -> Bool {
    group(of: record).map(ControlGroups.isFrozen) ?? false
  }

  func hasGroup(of record: SandboxRecord) -> Bool { group(of: record) != nil }

  /// `nil` for jails that were made before they had one.
  private func group(of record: SandboxRecord) -> ControlGroups.Group? {
    guard let place = groups.places[.freezer] else { return nil }
    let directory = "\(place.directory)/\(record.uid)"
    guard let members = readFile("\(directory)/cgroup.procs"), !members.isEmpty else { return nil }
    return ControlGroups.Group(directory: directory, settings: [])
  }
}

extension ControlGroups {
  /// Whether the group was told: it freezes as soon as its processes leave the kernel.
  @discardableResult static func freeze(_ group: Group, _ isFrozen: Bool) -> Bool {
    if exists("\(group.directory)/freezer.state") {
      return (try? write(isFrozen ? "FROZEN" : "THAWED", to: "\(group.directory)/freezer.state")) != nil
    }
    return (try? write(isFrozen ? "1" : "0", to: "\(group.directory)/cgroup.freeze")) != nil
  }

  static func isFrozen(_ group: Group) -> Bool {
    if let state = readText("\(group.directory)/freezer.state") { return !state.hasPrefix("THAWED") }
    return readText("\(group.directory)/cgroup.freeze")?.hasPrefix("1") ?? false
  }
}
