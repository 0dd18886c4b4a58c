/// bubblewrap's arguments for what a jail shows, in their order. Directories that bubblewrap makes by itself on the way to
/// a place are closed to all but its own user, and the agent is another one when root builds the jail: each is made here
/// first, with the mode that it has on any system.
struct JailPlaces: Sendable, Hashable {
  private(set) var arguments: [String] = []
  private var made: Set<String> = ["/"]

  /// `option` and what it takes, with the place as the last.
  mutating func add(_ option: String..., at path: String) {
    makeDirectory(directoryOf(path))
    arguments += option + [path]
    made.insert(path)
  }

  mutating func makeDirectory(_ path: String) {
    guard !made.contains(path) else { return }
    add("--perms", "0755", "--dir", at: path)
  }
}
