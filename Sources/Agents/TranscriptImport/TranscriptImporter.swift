import AgentRuntimes
package import ControlModel

/// Brings transcripts that agents left in files into the store. May be repeated: what is there stays as it is.
package struct TranscriptImporter: Sendable {
  /// Events, and bytes of them, that are handed to the store at once.
  static let chunkEvents = 2000
  static let chunkBytes = 8 << 20

  let store: any TranscriptStore
  let team: ResourceName
  let actor: String
  let reason: String?

  package init(store: any TranscriptStore, team: ResourceName, actor: String, reason: String? = nil) {
    self.store = store
    self.team = team
    self.actor = actor
    self.reason = reason
  }

  /// Files, and folders with all that is below them. `prepare` is called when all of them have been opened, before anything
  /// is begun; `progress` with each file's path before it is read.
  package func importPaths(
    _ paths: [String], progress: @Sendable (String) -> Void = { _ in },
    prepare: @Sendable () async throws(ControlFailure) -> Void = {}
  ) async throws(ControlFailure) -> ImportReport {
    let tree = try FileTree(under: paths)
    try await prepare()
    let operation = try await store.beginImport(
      of: paths.joined(separator: " "), into: team, actor: actor, reason: reason)
    var run = ImportRun(importer: self, skipped: tree.skipped)
    do throws(ControlFailure) {
      for file in tree.files {
        progress(file.path)
        try await run.take(file)
      }
    } catch {
      try? await store.finishImport(operation, .failed(error.summary))
      throw error
    }
    try await store.finishImport(operation, .succeeded)
    return run.report
  }
}
