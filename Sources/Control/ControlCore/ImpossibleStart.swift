import ControlModel

/// A sandbox that its engine, or the rules, refused for what is declared: trying again changes nothing until the agent is
/// declared anew or somebody asks for another start.
struct ImpossibleStart: Sendable {
  private let generation: Int
  private let revision: Int
  private let fault: String?
  private let reason: String

  /// `nil` for failures that another try may overcome.
  init?(_ failure: ControlFailure, in session: Session, by agent: Agent) {
    guard failure.code == .invalidArgument else { return nil }
    generation = session.generation
    revision = agent.revision
    fault = agent.unreadable
    reason = failure.summary
  }

  func reason(in session: Session, by agent: Agent) -> String? {
    session.generation == generation && agent.revision == revision && agent.unreadable == fault ? reason : nil
  }
}
