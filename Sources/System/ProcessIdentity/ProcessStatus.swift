/// What `/proc/PID/stat` says of a process.
package struct ProcessStatus: Sendable, Hashable {
  package var state: Character
  package var parent: Int32
  package var startTime: UInt64

  /// A zombie, or on its way out.
  package var isDead: Bool { state == "Z" || state == "X" }

  /// By a signal or a tracer: it does nothing until somebody lets it go on.
  package var isStopped: Bool { state == "T" || state == "t" }

  /// The name in parentheses may itself hold spaces and parentheses, so the fields count from its last `)`.
  package init?(parsing stat: String) {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
      let startTime = UInt64(fields[19])
    else { return nil }
    self.state = state
    self.parent = parent
    self.startTime = startTime
  }

  package init?(of pid: Int32) {
    guard pid > 0, let text = readText("/proc/\(pid)/stat") else { return nil }
    self.init(parsing: text)
  }
}
