/// The control groups that limit a jail, as this machine's own file system shows them; pure.
enum JailGroups {
  /// The `cgroup.procs` files of those that are not ours. `theirs` and `own` are `/proc/PID/cgroup`, `mounts` is
  /// `/proc/self/mountinfo`.
  static func members(theirs: String, own: String, mounts: String) -> [String] {
    let ours = Set(own.split(separator: "\n"))
    return theirs.split(separator: "\n").filter { !ours.contains($0) }.compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      // Of version 1: a shell must go where a frozen agent is, to make room.
      guard fields.count == 3, fields[1] != "freezer", let place = place(of: fields[2], controllers: fields[1], mounts)
      else { return nil }
      return place + "/cgroup.procs"
    }
  }

  /// A group whose path leads out of what is mounted here cannot be named.
  private static func place(of path: String, controllers: String, _ mounts: String) -> String? {
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), fields.count > dash + 3 else { continue }
      let (root, point, type) = (fields[3], fields[4], fields[dash + 1])
      let options = fields[dash + 3].split(separator: ",").map(String.init)
      let wanted = controllers.split(separator: ",").map(String.init)
      let fits = wanted.isEmpty ? type == "cgroup2" : type == "cgroup" && wanted.allSatisfy(options.contains)
      guard fits, !path.contains("/.."), root == "/" || path == root || path.hasPrefix(root + "/") else { continue }
      return point + (root == "/" ? path : String(path.dropFirst(root.count)))
    }
    return nil
  }
}
