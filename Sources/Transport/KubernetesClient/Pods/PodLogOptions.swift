package import ControlModel

/// Which part of a container's log.
package struct PodLogOptions: Sendable, Hashable {
  /// `nil` where the pod has only one.
  package var container: String?
  /// Stays open until the container ends.
  package var follows: Bool
  /// Each line begins with the time at which the node read it.
  package var hasTimestamps: Bool
  /// Of the container before its last restart.
  package var isPrevious: Bool
  package var start: Start

  package enum Start: Sendable, Hashable {
    case beginning
    /// Whole seconds count.
    case time(Timestamp)
    /// At least one.
    case secondsAgo(Int)
    /// That many lines from the end.
    case lines(Int)
  }

  package init(
    container: String? = nil, follows: Bool = false, hasTimestamps: Bool = false, isPrevious: Bool = false,
    start: Start = .beginning
  ) {
    self.container = container
    self.follows = follows
    self.hasTimestamps = hasTimestamps
    self.isPrevious = isPrevious
    self.start = start
  }

  var query: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if let container { query.append(("container", container)) }
    if follows { query.append(("follow", "true")) }
    if hasTimestamps { query.append(("timestamps", "true")) }
    if isPrevious { query.append(("previous", "true")) }
    switch start {
    case .beginning: break
    case .time(let time): query.append(("sinceTime", time.description))
    case .secondsAgo(let seconds): query.append(("sinceSeconds", "\(max(1, seconds))"))
    case .lines(let count): query.append(("tailLines", "\(max(0, count))"))
    }
    return query
  }
}
