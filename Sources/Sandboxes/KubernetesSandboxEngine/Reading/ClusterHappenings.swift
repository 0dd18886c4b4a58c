import ControlModel
import KubernetesClient

/// What the cluster's components saw happen to sandboxes and their pods; a value. Events are listed by namespace while
/// something goes on there: a watch would carry those of everything else in the cluster as well.
struct ClusterHappenings: Sendable {
  /// Seconds between two lists of one namespace.
  static let pace = 5.0
  /// For this long after a change, in seconds, events are to be expected.
  static let aftermath = 30.0
  /// Of one sandbox, with its pod, and of one object.
  static let most = SandboxReport.mostEvents
  /// Objects of one namespace, and namespaces. An object beyond counts as new when it is seen again: events are listed
  /// for a while longer.
  static let mostObjects = 10_000
  static let mostPlaces = 2_000

  private struct Place: Sendable {
    /// Of each object by its kind and name, newest first.
    var events: [String: [ClusterEvent]] = [:]
    var listedAt: Timestamp?
    var activeUntil: Timestamp?
    /// What was last seen of each sandbox.
    var versions = NewestEntries<String, String>(limit: ClusterHappenings.mostObjects)
  }

  private var places = NewestEntries<String, Place>(limit: ClusterHappenings.mostPlaces)

  /// `isSettled`: nothing is expected to happen to it. `version` changes with the sandbox and with its pod.
  mutating func saw(_ sandbox: String, in namespace: String, version: String, isSettled: Bool, at time: Timestamp) {
    var place = places[namespace] ?? Place()
    let before = place.versions[sandbox]
    place.versions[sandbox] = version
    if before != version || !isSettled {
      place.activeUntil = time.advanced(bySeconds: Self.aftermath)
    }
    places[namespace] = place
  }

  /// Namespaces whose events are to be listed.
  func due(at time: Timestamp) -> [String] {
    places.keys.filter { namespace in
      guard let place = places[namespace], let until = place.activeUntil, until > time else { return false }
      return place.listedAt.map { time.seconds(since: $0) >= Self.pace } ?? true
    }.sorted()
  }

  /// `nil` when they could not be listed; they are asked for again in their time.
  mutating func take(_ events: [CoreV1.Event]?, of namespace: String, at time: Timestamp) {
    var place = places[namespace] ?? Place()
    place.listedAt = time
    if let events {
      let newest = events.compactMap(Self.read).sorted { $0.time > $1.time }.prefix(Self.most * Self.mostObjects)
      place.events = Dictionary(grouping: newest, by: \.object).mapValues { Array($0.prefix(Self.most)) }
    }
    places[namespace] = place
  }

  func events(of sandbox: String, pod: String, in namespace: String) -> [ClusterEvent] {
    guard let place = places[namespace] else { return [] }
    let events = ["Sandbox/\(sandbox)", "Pod/\(pod)"].flatMap { place.events[$0] ?? [] }
    return Array(events.sorted { ($0.time, $0.reason) > ($1.time, $1.reason) }.prefix(Self.most))
  }

  private static func read(_ event: CoreV1.Event) -> ClusterEvent? {
    let object = event.involvedObject
    guard ["Sandbox", "Pod"].contains(object.kind), let time = event.lastSeen else { return nil }
    return ClusterEvent(
      time: time, isWarning: event.severity == "Warning", reason: event.reason, message: event.message,
      object: "\(object.kind)/\(object.name)", count: Count(steps: event.count))
  }
}
