import ControlModel
import HTTPTransport

/// Lists a collection, watches it from there, and comes back from whatever goes wrong. Pure: bytes and failures go in, what
/// to do next and what to tell come out. Times are durations since any fixed moment of a clock that never jumps.
///
/// The collection is listed anew whenever the stream said something that cannot be believed; what the list shows is
/// compared with what was told, so that nothing is lost or repeated whatever happened in between.
struct WatchStateMachine<Resource: KubernetesResource> {
  enum Action: Hashable {
    /// `limit` is the size of a page, `nil` for all at once.
    case list(limit: Int?, continueToken: String?)
    /// Everything, as a stream, in whatever state the server has at hand.
    case snapshot
    case watch(resourceVersion: String)
    case wait(Duration)
  }

  enum Phase {
    case snapshot
    case listing(continueToken: String?)
    case watching
  }

  let pageSize: Int
  /// A stream that lived as long as this ended for no fault of the server's.
  let healthyAfter: Duration
  var phase = Phase.listing(continueToken: nil)
  var isPaged = true
  var pace: RetryPace
  var delay: Duration?
  var openedAt: Duration?
  var isInTrouble = false
  /// Everything up to this version has been told.
  var position = ""
  var known = KnownObjects()
  let mostObjects: Int
  var hasToldOfMore = false
  /// What the pages of the present list have shown.
  var listed: Set<KnownObjects.Key> = []
  var framing = LineFraming()
  var snapshot = ListFraming()

  init(
    pageSize: Int = 500, healthyAfter: Duration = .seconds(10), pace: RetryPace = RetryPace(),
    beginsWithSnapshot: Bool = false, mostObjects: Int = KubernetesAPI.mostObjects
  ) {
    self.mostObjects = mostObjects
    if beginsWithSnapshot { phase = .snapshot }
    self.pageSize = pageSize
    self.healthyAfter = healthyAfter
    self.pace = pace
  }

  /// What to do next; asked again after each thing done.
  mutating func next() -> Action {
    if let delay {
      self.delay = nil
      return .wait(delay)
    }
    switch phase {
    case .snapshot: return .snapshot
    case .listing(let token): return .list(limit: isPaged ? pageSize : nil, continueToken: token)
    case .watching: return .watch(resourceVersion: position)
    }
  }

  mutating func relist() {
    phase = .listing(continueToken: nil)
    listed = []
  }

  mutating func told(_ changes: [WatchChange<Resource>]) -> [WatchChange<Resource>] {
    guard isInTrouble else { return changes }
    isInTrouble = false
    return [.recovered] + changes
  }
}
