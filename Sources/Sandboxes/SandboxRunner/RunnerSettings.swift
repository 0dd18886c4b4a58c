package import ControlModel
import Glibc
import ProcessIdentity
package import RunnerProtocol

/// What a runner has to know before it knows its session: the arguments of `paddock-runner serve`.
package struct RunnerSettings: Sendable {
  package var listener: RunnerConfiguration.Listener
  package var admission: RunnerAdmission
  /// Empty where it comes with the session.
  var token: String { if case .token(let text) = admission { text } else { "" } }
  /// Where the session is kept once it was handed over: on the volume, beside the journal.
  package var sessionFile: String
  /// Sessions of an earlier generation are neither resumed nor taken.
  package var generation: Int
  package var end = EndSchedule()

  /// The environment's name for the token, for pods whose agent could read a file as well as the runner can.
  package static let tokenVariable = "PADDOCK_RUNNER_TOKEN"
  /// Seconds from SIGTERM to SIGKILL. No option: a runner of an earlier release would not start with it.
  package static let graceVariable = "PADDOCK_RUNNER_GRACE"

  /// `--listen HOST:PORT --session FILE [--token-file FILE | --handover-key SHA256] [--generation N]`; `nil` for what is
  /// none of it. With a key, the token comes with the session.
  package init?(
    arguments: [String], environmentToken: String?, environmentGrace: String? = nil
  ) throws(ControlFailure) {
    var options: [String: String] = [:]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst(), Self.names.contains(name),
        options.updateValue(value, forKey: name) == nil
      else { return nil }
    }
    guard let address = options["--listen"], let colon = address.lastIndex(of: ":"),
      let port = Int(address[address.index(after: colon)...]), (0...65_535).contains(port),
      let file = options["--session"], let generation = Int(options["--generation"] ?? "1")
    else { return nil }
    listener = .tcp(host: String(address[..<colon]), port: port)
    sessionFile = file
    self.generation = generation
    if let text = environmentGrace {
      guard let grace = Double(text), grace >= 0 else {
        throw ControlFailure(.invalidArgument, "\(Self.graceVariable) must be a number of seconds.")
      }
      end = EndSchedule(grace: grace)
    }
    if let fingerprint = options["--handover-key"] {
      guard options["--token-file"] == nil, fingerprint.count == 64 else { return nil }
      admission = .key(fingerprint: fingerprint)
    } else {
      admission = .token(try Self.token(file: options["--token-file"], environment: environmentToken))
    }
  }

  private static let names: Set = ["--listen", "--session", "--token-file", "--handover-key", "--generation"]

  private static func token(file: String?, environment: String?) throws(ControlFailure) -> String {
    guard let file else {
      guard let environment, !environment.isEmpty else {
        throw ControlFailure(
          .invalidArgument, "The runner has no token.", hint: "Give --token-file FILE or set \(tokenVariable).")
      }
      return environment
    }
    guard let text = readText(file) else {
      throw ControlFailure(.notFound, "The token file '\(file)' cannot be read: \(SystemError.last("open")).")
    }
    let token = String(text.prefix { !$0.isNewline })
    guard !token.isEmpty else { throw ControlFailure(.invalidArgument, "The token file '\(file)' is empty.") }
    return token
  }
}
