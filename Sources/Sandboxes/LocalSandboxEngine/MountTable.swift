import ProcessIdentity

/// Where paths really are, whatever was mounted where: one directory may have many names, and only its file system and
/// its place in that tell that they are the same.
struct MountTable: Sendable, Hashable {
  /// A directory or file of one file system.
  struct Place: Sendable, Hashable {
    var device: String
    var path: String

    func contains(_ other: Place) -> Bool {
      device == other.device && (path == other.path || path == "/" || other.path.hasPrefix(path + "/"))
    }
  }

  private struct Mount: Sendable, Hashable {
    var point: String
    var root: Place
    var type: String
  }

  private let mounts: [Mount]

  /// The kernel's own, whose files are doors to processes and devices.
  private static let virtual: Set<String> = [
    "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl",
    "mqueue", "nsfs", "proc", "pstore", "securityfs", "selinuxfs", "sysfs", "tracefs",
  ]

  static func current() -> MountTable { MountTable(parsing: readText("/proc/self/mountinfo") ?? "") }

  /// Lines of: id, parent, device, root, mount point, options, …, `-`, type, source, options.
  init(parsing text: String) {
    mounts = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), fields.count > dash + 1 else { return nil }
      let root = Place(device: fields[2], path: Self.unescape(fields[3]))
      return Mount(point: Self.unescape(fields[4]), root: root, type: fields[dash + 1])
    }
  }

  /// All of a real path that can be seen below it: its own place, and those that are mounted below.
  func places(below path: String) -> [Place] {
    let below = mounts.filter { $0.point.hasPrefix(path == "/" ? "/" : path + "/") }.map(\.root)
    guard let mount = mount(of: path) else { return below }
    let rest = path.dropFirst(mount.point == "/" ? 1 : mount.point.count + 1)
    let base = mount.root.path == "/" ? "" : mount.root.path
    let own = rest.isEmpty ? mount.root.path : "\(base)/\(rest)"
    return [Place(device: mount.root.device, path: own)] + below
  }

  /// Whether one of the two real paths shows something of the other.
  func overlap(_ one: String, _ other: String) -> Bool {
    let others = places(below: other)
    return places(below: one).contains { place in others.contains { $0.contains(place) || place.contains($0) } }
  }

  func isVirtual(_ path: String) -> Bool {
    mount(of: path).map { Self.virtual.contains($0.type) } ?? false
  }

  /// The last of those that are mounted over each other.
  private func mount(of path: String) -> Mount? {
    var found: Mount?
    for mount in mounts where path == mount.point || mount.point == "/" || path.hasPrefix(mount.point + "/") {
      if mount.point.utf8.count >= found?.point.utf8.count ?? 0 { found = mount }
    }
    return found
  }

  /// `\040` is a space.
  private static func unescape(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
