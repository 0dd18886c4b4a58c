/// A way into sandboxes with the operator's own rights, past the core. Every report is one that a core wrote: what it
/// names is to be looked for, not believed to be there.
package protocol SandboxAccess: Sendable {
  func open(
    _ kind: TerminalKind, in report: SandboxReport, size: TerminalSize
  ) async throws(ControlFailure) -> any TerminalSession

  /// The last lines and all that follow, in batches; ends with the log.
  func log(of report: SandboxReport) async throws(ControlFailure) -> AsyncThrowingStream<[LogLine], any Error>

  /// The contexts that may be chosen, in the kubeconfig's order.
  func contexts() async throws(ControlFailure) -> [AccessContext]
  /// From then on this context is used; `nil`: the one that reaches the sandbox's cluster.
  func choose(context: String?) async throws(ControlFailure)
}

package enum TerminalKind: String, Sendable, Hashable {
  /// A new shell beside the agent.
  case shell
  /// What runs in the sandbox since its start.
  case attach
}

/// In cells.
package struct TerminalSize: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// The other end of an operator's terminal. One task reads, one writes.
package protocol TerminalSession: Sendable {
  /// What it is, as a title: `shell in pod fixer-1 (paddock-engineering)`.
  var title: String { get }

  /// `nil` after the end; then `outcome` says how it ended.
  func next() async throws(ControlFailure) -> [UInt8]?
  func outcome() async -> String
  func write(_ bytes: [UInt8]) async throws(ControlFailure)
  /// Does nothing to a terminal that is somebody else's.
  func resize(_ size: TerminalSize) async throws(ControlFailure)
  /// Reading ends soon after.
  func close() async
}

package struct LogLine: Sendable, Hashable {
  package var time: Timestamp?
  /// As it was written: not sanitised.
  package var text: String

  package init(time: Timestamp? = nil, text: String) {
    self.time = time
    self.text = text
  }
}

package struct AccessContext: Sendable, Hashable {
  package var name: String
  package var isChosen: Bool

  package init(name: String, isChosen: Bool) {
    self.name = name
    self.isChosen = isChosen
  }
}
