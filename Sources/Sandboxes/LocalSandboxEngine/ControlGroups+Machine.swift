import ControlModel
import Glibc
import ProcessIdentity

extension ControlGroups {
  /// Tries the machine out: a place counts only if a group could be made there and a process could enter it.
  package static func current() -> ControlGroups {
    let mounts = readText("/proc/self/mounts") ?? ""
    let own = readText("/proc/self/cgroup") ?? ""
    var places: [Controller: Place] = [:]
    for controller in Controller.allCases {
      for place in candidates(controller, mounts: mounts, own: own, isRoot: geteuid() == 0) {
        guard accepts(place, controller) else { continue }
        places[controller] = place
        break
      }
    }
    return ControlGroups(places: places)
  }

  /// The places worth a try, the best first, from `/proc/self/mounts` and `/proc/self/cgroup`.
  package static func candidates(
    _ controller: Controller, mounts: String, own: String, isRoot: Bool
  ) -> [Place] {
    let lines = mounts.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let memberships = own.split(separator: "\n").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }
    if let mount = lines.first(where: { $0.isFirstVersion(of: controller) })?[1] {
      let path = memberships.first {
        $0.count == 3 && $0[1].split(separator: ",").contains { $0 == controller.rawValue }
      }
      let inside = path.map { $0[2] == "/" ? "" : $0[2] } ?? ""
      let directories = inside.isEmpty ? [mount] : [mount + inside, mount]
      return directories.map { Place(version: .first, directory: "\($0)/paddock") }
    }
    guard let mount = lines.first(where: { $0.count > 2 && $0[2] == "cgroup2" })?[1] else { return [] }
    let path = memberships.first { $0.count == 3 && $0[0] == "0" }?[2] ?? "/"
    // A group of version 2 that holds processes cannot pass controllers on, so its parent is asked before itself.
    var directories = isRoot ? [mount] : []
    if path != "/" { directories += [directoryOf(mount + path), mount + path] }
    return directories.map { Place(version: .second, directory: "\($0)/paddock") }
  }

  private static func accepts(_ place: Place, _ controller: Controller) -> Bool {
    if place.version == .second { passOn(controller, in: directoryOf(place.directory)) }
    guard mkdir(place.directory, 0o755) == 0 || errno == EEXIST else { return false }
    if place.version == .second { passOn(controller, in: place.directory) }
    removeOldProbes(in: place.directory)
    let probe = Group(directory: "\(place.directory)/probe-\(UInt64.random(in: 0...UInt64.max))", settings: [])
    guard mkdir(probe.directory, 0o755) == 0 else { return false }
    defer { rmdir(probe.directory) }
    guard access("\(probe.directory)/\(controller.limitFile(place.version))", W_OK) == 0 else { return false }
    return canEnter(probe)
  }

  /// Of a program that was killed while it tried; one that tries now is done within seconds.
  private static func removeOldProbes(in directory: String) {
    for name in namesIn(directory) ?? [] where name.hasPrefix("probe-") {
      var status = stat()
      if stat("\(directory)/\(name)", &status) == 0, status.st_mtim.tv_sec < time(nil) - 60 {
        rmdir("\(directory)/\(name)")
      }
    }
  }

  private static func canEnter(_ group: Group) -> Bool {
    let entrance = Spawn(
      command: ["/bin/sh", "-c", "echo 0 > \"$1\"", "paddock-probe", group.members], environment: [:], output: nil)
    guard let pid = try? entrance.start() else { return false }
    var status: Int32 = -1
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status == 0
  }

  private static func passOn(_ controller: Controller, in directory: String) {
    try? write("+\(controller.rawValue)", to: "\(directory)/cgroup.subtree_control")
  }

  static func write(_ text: String, to file: String) throws(ControlFailure) {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open", file) }
    defer { close(descriptor) }
    try writeAll(Array(text.utf8), to: descriptor, path: file)
  }
}

extension ControlGroups.Plan {
  func make() throws(ControlFailure) {
    for group in groups {
      guard mkdir(group.directory, 0o755) == 0 || errno == EEXIST else {
        throw systemFailure("make the cgroup", group.directory)
      }
      for setting in group.settings {
        let file = "\(group.directory)/\(setting.file)"
        if setting.isOptional && !exists(file) { continue }
        try ControlGroups.write(setting.value, to: file)
      }
    }
  }
}

extension ControlGroups {
  /// Kills whatever is left in a sandbox's groups, and removes them.
  func remove(name: String) {
    for directory in Set(places.values.map { "\($0.directory)/\(name)" }) where exists(directory) {
      for _ in 0..<200 {
        if rmdir(directory) == 0 || errno == ENOENT { break }
        for pid in members(of: directory) {
          guard let identity = ProcessIdentity(of: pid) else { continue }
          ProcessHandle(identity)?.signal(SIGKILL)
        }
        // A frozen process of version 1 dies when it is let go.
        Self.freeze(Group(directory: directory, settings: []), false)
        usleep(10_000)
      }
    }
  }

  private func members(of directory: String) -> [Int32] {
    (readText("\(directory)/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
  }
}

extension [String] {
  /// A line of `/proc/self/mounts`: device, directory, type, options.
  fileprivate func isFirstVersion(of controller: ControlGroups.Controller) -> Bool {
    count > 3 && self[2] == "cgroup" && self[3].split(separator: ",").contains { $0 == controller.rawValue }
  }
}
