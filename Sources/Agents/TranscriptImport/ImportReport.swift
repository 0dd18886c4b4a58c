/// What an import did.
package struct ImportReport: Sendable, Hashable {
  /// Something that could not be brought in as it stands, and where.
  package struct Problem: Sendable, Hashable {
    package var file: String
    /// From 1; `nil` when it is about the whole file.
    package var line: Int?
    package var message: String
  }

  /// Problems kept with their places; beyond it they are only counted.
  package static let keptProblems = 10_000

  /// Files that were read as transcripts.
  package var files = 0
  package var sessions = 0
  /// Events added.
  package var events = 0
  /// Events that were there already.
  package var duplicates = 0
  /// Lines that are no records; each stands in its session as an `error` event that quotes it.
  package var badLines = 0
  /// Last lines that their writers have not finished: they come in with a later import.
  package var unfinishedLines = 0
  /// Links, pipes, devices and files of others in a folder, which were not read; each is among the problems.
  package var skipped = 0
  package var problems: [Problem] = []
  /// Records read: lines and elements of documents.
  package var records = 0

  package init() {}

  mutating func add(_ problem: Problem) {
    if problems.count < Self.keptProblems { problems.append(problem) }
  }
}
