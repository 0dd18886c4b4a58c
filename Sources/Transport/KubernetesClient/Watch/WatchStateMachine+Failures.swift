import HTTPTransport

extension WatchStateMachine {
  /// Failures in a row that are nobody's business while a stream was there before them.
  private static var quietFailures: Int { 2 }

  /// The list or the stream could not be had, or broke.
  mutating func failed(_ error: KubernetesError, at now: Duration) -> [WatchChange<Resource>] {
    let wasOpen = closeStream(at: now)
    // Another snapshot may be older than what this one has told.
    if wasOpen, case .snapshot = phase { relist() }
    var wait = pace.delay()
    if let asked = error.retryAfter { wait = max(wait, asked) }
    delay = wait
    recover(from: error)
    let isRoutine = error.status?.isExpired ?? wasOpen
    return isRoutine && pace.failures <= Self.quietFailures ? [] : trouble(error)
  }

  /// The server ended the stream, which it does every few minutes. A piece of an event at its end comes again whole.
  mutating func ended(at now: Duration) -> [WatchChange<Resource>] {
    if case .snapshot = phase { return snapshotEnded(at: now) }
    _ = closeStream(at: now)
    delay = pace.delay()
    guard pace.failures > Self.quietFailures else { return [] }
    return trouble(.streamEndsAtOnce(Resource.type))
  }

  /// Something that no API server says: whatever it hides is found by listing.
  mutating func disbelieve(_ reason: String, at now: Duration) -> [WatchChange<Resource>] {
    _ = closeStream(at: now)
    delay = pace.delay()
    relist()
    return trouble(.unreadable(subject: "The watch of \(Resource.type.plural)", reason: reason))
  }

  private mutating func trouble(_ error: KubernetesError) -> [WatchChange<Resource>] {
    isInTrouble = true
    return [.trouble(error)]
  }

  /// Whether a stream was open.
  private mutating func closeStream(at now: Duration) -> Bool {
    framing = .init()
    snapshot = .init()
    defer { openedAt = nil }
    guard let openedAt else { return false }
    if now - openedAt >= healthyAfter { pace.reset() }
    return true
  }

  private mutating func recover(from error: KubernetesError) {
    guard let status = error.status else { return }
    switch phase {
    case .listing(let token):
      // A token lives as long as etcd keeps history, minutes; past it only a list in one piece is sure to end.
      guard token != nil, status.isExpired || status.code == 400 else { return }
      isPaged = false
      relist()
    // The other way to list asks less of the server's cache.
    case .snapshot: relist()
    case .watching:
      // These pass without the position being wrong.
      if [401, 403, 408, 429, 502, 503].contains(status.code) { return }
      relist()
    }
  }
}
