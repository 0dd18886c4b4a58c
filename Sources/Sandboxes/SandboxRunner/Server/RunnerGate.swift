import RunnerProtocol
import Synchronization

/// Whom the runner listens to. One that has a token asks it of everybody. One that has none knows the fingerprint of a
/// key: whoever shows the key may hand a session over, and the token that comes with it ends the key's worth.
package final class RunnerGate: Sendable {
  enum Caller: Sendable, Hashable {
    case tokenHolder
    /// May hand over a session and nothing else.
    case keyHolder
  }

  private enum State {
    case token(BearerToken)
    case key(fingerprint: String)
  }

  private let state: Mutex<State>

  package init(_ admission: RunnerAdmission) {
    let beginning: State =
      switch admission {
      case .token(let text): .token(BearerToken(text))
      case .key(let fingerprint): .key(fingerprint: fingerprint)
      }
    state = Mutex(beginning)
  }

  /// `authorization` is the field's value; `bare` as `RunnerPath.tokenHeader` carries it.
  func caller(authorization: String?, bare: String?) -> Caller? {
    state.withLock { state in
      switch state {
      case .token(let token): token.admits(authorization) || token.admits(bare: bare) ? .tokenHolder : nil
      case .key(let fingerprint):
        Self.shown(authorization, bare).contains { Self.fits($0, fingerprint) } ? .keyHolder : nil
      }
    }
  }

  /// From here on the token counts; false when another one does already.
  func open(with token: String) -> Bool {
    state.withLock { state in
      if case .token(let known) = state { return known.admits(bare: token) }
      state = .token(BearerToken(token))
      return true
    }
  }

  /// Whether `open` would succeed.
  func wouldOpen(with token: String) -> Bool {
    state.withLock { state in
      if case .token(let known) = state { known.admits(bare: token) } else { true }
    }
  }

  private static func shown(_ authorization: String?, _ bare: String?) -> [String] {
    let prefix = "bearer "
    let key = authorization.flatMap {
      $0.prefix(prefix.count).lowercased() == prefix ? $0.dropFirst(prefix.count) : nil
    }
    return [key.map(String.init), bare].compactMap { $0 }
  }

  /// How long comparing digests takes says nothing about the key.
  private static func fits(_ text: String, _ fingerprint: String) -> Bool {
    HandoverKey(text).fingerprint == fingerprint.lowercased()
  }
}

/// How a runner that is started without a session knows who may speak to it.
package enum RunnerAdmission: Sendable, Hashable {
  case token(String)
  /// Of a `HandoverKey`.
  case key(fingerprint: String)
}
