import ArgumentParser
import ControlModel

struct SessionMessage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "message", abstract: "Send a message; a session that ended is started again for it.",
    discussion: "A suspended session takes none: resume it first.")

  @OptionGroup var target: SessionTarget
  @Argument(help: "The text; '-' reads standard input.") var text: String

  func run() async throws {
    let text = text == "-" ? try TextFile.read("-", atMost: MessageText.maximumLength) : try MessageText.checked(text)
    guard !text.allSatisfy(\.isWhitespace) else { throw ControlFailure(.invalidArgument, "The message is empty.") }
    try await target.perform(.message, argument: text)
  }
}

struct SessionInterrupt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interrupt", abstract: "Stop the turn that is under way; the session goes on.")

  @OptionGroup var target: SessionTarget
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?

  func run() async throws { try await target.perform(.interrupt, reason: reason) }
}

struct SessionApprove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Allow the tool call that waits for a decision.")

  @OptionGroup var target: SessionTarget
  @Option(name: .customLong("call"), help: "The call's id; needed when more than one waits.") var call: String?
  @Option(help: "Why, or the answer to the agent's question.", transform: ReasonText.read) var reason: String?

  func run() async throws { try await target.decide(.approve, call: call, reason: reason) }
}

struct SessionDeny: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deny", abstract: "Refuse the tool call that waits for a decision.")

  @OptionGroup var target: SessionTarget
  @Option(name: .customLong("call"), help: "The call's id; needed when more than one waits.") var call: String?
  @Option(help: "Why; the agent is told.", transform: ReasonText.read) var reason: String?

  func run() async throws { try await target.decide(.deny, call: call, reason: reason) }
}

struct SessionSuspend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "End the session's processes; its workspace and conversation stay.")

  @OptionGroup var target: SessionTarget
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?

  func run() async throws { try await target.perform(.suspend, reason: reason) }
}

struct SessionResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Bring a suspended session back where it was.")

  @OptionGroup var target: SessionTarget
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?

  func run() async throws { try await target.perform(.resume, reason: reason) }
}

extension SessionTarget {
  /// Looks the session up, asks if `question` is given, and records the operation bound to what was seen.
  func perform(
    _ kind: Operation.Kind, argument: String? = nil, reason: String? = nil,
    asking consent: Consent? = nil, _ question: (Session) -> String = { _ in "" }
  ) async throws {
    let operation = try await common.withStores { stores in
      let found = try await stores.session(named: session)
      try consent?.obtain(question(found))
      return try await stores.submit(kind, to: found, argument: argument, reason: reason, wait: wait)
    }
    Report.print(operation.json, as: common.output) {
      operation.outcome == .succeeded ? "\(operation.kind.rawValue): done.\n" : ""
    }
    // Who waited for the outcome must not take its absence for success.
    if operation.outcome == .pending, wait > 0 { throw ExitCode.failure }
  }

  /// After an end: what of it is not on record, and where that lies.
  func tellWhatIsLeft() async throws {
    let ended = try await common.withStores { try await $0.session(named: session) }
    guard ended.state == .killed, !ended.stateReason.isEmpty else { return }
    StandardError.write("paddock: \(SafeText.line("Session \(ended.id) is \(ended.stateReason)"))\n")
  }

  func decide(_ kind: Operation.Kind, call: String?, reason: String?) async throws {
    let call = try await common.withStores { stores in
      let found = try await stores.session(named: session)
      return try await stores.openCall(of: found, named: call)
    }
    try await perform(kind, argument: call, reason: reason)
  }
}

extension Stores {
  /// The one call that waits; with several, it must be named, so that a decision never lands on another.
  fileprivate func openCall(of session: Session, named call: String?) async throws(ControlFailure) -> String {
    if let call { return call }
    let open = try await history.pendingApprovals(of: session.id).compactMap(\.content.callID)
    guard let only = open.first else {
      throw ControlFailure(.refused, "No tool call of session \(session.id) waits for a decision.")
    }
    guard open.count == 1 else {
      throw ControlFailure(
        .invalidArgument, "\(open.count) calls wait for a decision.",
        hint: "Name one with --call: \(open.joined(separator: ", ")).")
    }
    return only
  }
}
