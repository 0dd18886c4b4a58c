package import ControlModel

/// The details of one session's sandbox; it stays that session's whatever the selection does.
package struct SandboxView: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case loading
    /// No engine has told anything of it.
    case none
    case report(StoredSandboxReport)
  }

  package let session: SessionID
  package let title: String
  package var content = Content.loading
  package var top = 0

  package init(_ session: Session) {
    self.session = session.id
    title = session.title
  }

  package mutating func take(_ report: StoredSandboxReport?) { content = report.map { .report($0) } ?? .none }
}
