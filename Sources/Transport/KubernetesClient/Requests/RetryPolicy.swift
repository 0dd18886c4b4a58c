import HTTPTransport

/// Which failed requests are made again, and when. A request that may have been carried out is made again only where doing
/// it twice does no harm.
struct RetryPolicy: Sendable {
  /// A server that asks for more is not waited for: whoever asked would rather know.
  static let longestWait = Duration.seconds(30)

  private var pace = RetryPace(first: .milliseconds(100), longest: .seconds(5))
  private var retriesLeft: Int
  private let isRepeatable: Bool

  init(retries: Int, isRepeatable: Bool) {
    retriesLeft = retries
    self.isRepeatable = isRepeatable
  }

  enum Decision: Hashable {
    case giveUp
    case retry(after: Duration)
  }

  mutating func decide(_ error: KubernetesError) -> Decision {
    guard retriesLeft > 0, isWorthRepeating(error) else { return .giveUp }
    retriesLeft -= 1
    let wait = max(pace.delay(), error.retryAfter ?? .zero)
    return wait <= Self.longestWait ? .retry(after: wait) : .giveUp
  }

  private func isWorthRepeating(_ error: KubernetesError) -> Bool {
    switch error {
    case .refused(let status, _):
      // 429 comes before anything is done.
      if status.code == 429 { return true }
      return isRepeatable && [502, 503, 504].contains(status.code)
    case .transport(.unreachable): return true
    // A connection that fell silent was given up with all that it carried.
    case .transport(.closedEarly), .transport(.timedOut(_, .connect)), .transport(.timedOut(_, .idle)):
      return isRepeatable
    default: return false
    }
  }
}
