import CCurl

/// Finds connections that lead nowhere though TCP says nothing.
extension EventLoop {
  func takePulse() {
    let now = ContinuousClock.now
    guard let due = pulseDue, due <= now else { return }
    pulseDue = nil
    let connections = judgedConnections()
    let signs = sockets.compactMap(Self.sign).filter { connections[$0.connection] != nil }
    for verdict in pulse?.judge(signs, at: now) ?? [] {
      switch verdict {
      case .ask(let port): connections[port]?.first.map(ask)
      case .giveUp(let port):
        for transfer in connections[port] ?? [] { giveUp(transfer) }
      }
    }
    schedulePulse()
  }

  func schedulePulse() {
    guard let pulse, !transfers.isEmpty, pulseDue == nil else { return }
    pulseDue = .now + pulse.interval
  }

  /// By local port: those that share one connection of HTTP/2. A peer that is made to wait is silent for that.
  private func judgedConnections() -> [Int: [Transfer]] {
    guard let endpoint = pulse?.endpoint else { return [:] }
    let candidates = transfers.values.filter { $0.exchange.endpoint == endpoint && $0.localPort > 0 }
    return Dictionary(grouping: candidates, by: \.localPort)
      .filter { $0.value.contains(where: \.isMultiplexed) && !$0.value.contains(where: \.isPaused) }
  }

  private static func sign(of socket: Int32) -> ConnectionPulse.Sign? {
    var (port, milliseconds) = (0, 0)
    guard curl_shim_life_sign(socket, &port, &milliseconds) else { return nil }
    return ConnectionPulse.Sign(connection: port, silence: .milliseconds(milliseconds))
  }

  /// Nobody waits for the answer.
  private func ask(_ neighbour: Transfer) {
    guard let probe = configuration.probe else { return }
    let request = HTTPRequest(
      "GET", probe.url, totalTimeout: probe.patience * 2, identity: neighbour.exchange.request.identity)
    start(
      Exchange(
        request, isLimited: true, endpoint: request.endpoint, highWaterMark: configuration.highWaterMark, inbox: inbox))
  }

  private func giveUp(_ transfer: Transfer) {
    transfer.closeConnectionUnlessShared()
    remove(transfer, .failure(.timedOut(endpoint: transfer.exchange.endpoint, .idle)))
  }
}
