/// Which connections still lead somewhere, by what they bring. Pure.
///
/// libcurl chooses on which connection a question goes. One that has no room for another stream cannot be asked, and is
/// given up when all of its streams were silent for as long: they begin anew elsewhere, where they lose nothing.
struct ConnectionPulse {
  typealias Probe = HTTPTransportConfiguration.Probe

  struct Sign {
    /// Its local port.
    var connection: Int
    /// Since the last byte came in.
    var silence: Duration
  }

  enum Verdict: Equatable {
    case ask(Int)
    case giveUp(Int)
  }

  let probe: Probe
  private var asked: [Int: ContinuousClock.Instant] = [:]

  init(_ probe: Probe) {
    self.probe = probe
  }

  var endpoint: String { HTTPRequest("GET", probe.url).endpoint }

  /// How often to look.
  var interval: Duration { min(probe.silence, probe.patience) / 4 }

  /// `signs` are those of all connections that can be judged.
  mutating func judge(_ signs: [Sign], at now: ContinuousClock.Instant) -> [Verdict] {
    let earlier = asked
    asked = [:]
    return signs.compactMap { sign in
      guard sign.silence >= probe.silence else { return nil }
      guard let since = earlier[sign.connection], sign.silence >= now - since else {
        asked[sign.connection] = now
        return .ask(sign.connection)
      }
      if now - since >= probe.patience { return .giveUp(sign.connection) }
      asked[sign.connection] = since
      return nil
    }
  }
}
