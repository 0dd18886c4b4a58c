/// What ending all sandboxes came to.
package struct EndedSandboxes: Sendable, Hashable {
  /// Sandboxes whose processes were ended.
  package var count = 0
  /// Processes that are still there.
  package var survivors: [Int32] = []
  /// A sentence for each thing that could not be read, locked or written.
  package var problems: [String] = []

  package init() {}

  mutating func add(_ other: EndedSandboxes) {
    count += other.count
    survivors += other.survivors
    for problem in other.problems where !problems.contains(problem) { problems.append(problem) }
  }
}
