import ControlModel

@testable import KubernetesClient

typealias Pod = CoreV1.Pod
typealias PodWatch = WatchStateMachine<CoreV1.Pod>

func podText(_ name: String, _ version: Int, uid: String = "u", extra: String = "") -> String {
  #"{"metadata":{"name":"\#(name)","namespace":"n","uid":"\#(name)-\#(uid)","resourceVersion":"\#(version)"}\#(extra)}"#
}

func eventText(_ type: String, _ name: String, _ version: Int, uid: String = "u", extra: String = "") -> String {
  #"{"type":"\#(type)","object":\#(podText(name, version, uid: uid, extra: extra))}"# + "\n"
}

func errorText(_ code: Int, reason: String = "", retryAfter: Int? = nil, message: String = "") -> String {
  let details = retryAfter.map { #","details":{"retryAfterSeconds":\#($0)}"# } ?? ""
  return #"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"#
    + #""reason":"\#(reason)","message":"\#(message)"\#(details)}}"# + "\n"
}

func bookmarkText(_ version: Int) -> String {
  #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"\#(version)"}}}"# + "\n"
}

func pageText(_ version: Int, _ items: [String], continueToken: String = "") -> String {
  #"{"kind":"PodList","metadata":{"resourceVersion":"\#(version)","continue":"\#(continueToken)"},"#
    + #""items":[\#(items.joined(separator: ","))]}"#
}

func page(_ version: Int, _ items: [String], continueToken: String = "") throws -> JSONValue {
  try JSONValue(parsing: pageText(version, items, continueToken: continueToken))
}

/// What a consumer that only remembers versions makes of the changes; a change that fits to nothing is an error of the
/// watch.
struct Mirror {
  var versions: [String: String] = [:]
  var log: [String] = []
  var complaints: [String] = []

  mutating func apply(_ changes: [WatchChange<Pod>]) {
    for change in changes { apply(change) }
  }

  private mutating func apply(_ change: WatchChange<Pod>) {
    switch change {
    case .added(let pod):
      if versions[pod.name] != nil { complaints.append("\(pod.name) was added twice") }
      set(pod, "+")
    case .modified(let pod):
      if versions[pod.name] == nil { complaints.append("\(pod.name) was modified before it was added") }
      if versions[pod.name] == pod.metadata.resourceVersion { complaints.append("\(pod.name) was told twice") }
      set(pod, "~")
    case .deleted(let reference):
      if versions[reference.name] == nil { complaints.append("\(reference.name) was deleted before it was added") }
      versions[reference.name] = nil
      log.append("-\(reference.name)")
    case .synced: log.append("synced")
    case .trouble: log.append("trouble")
    case .recovered: log.append("recovered")
    }
  }

  private mutating func set(_ pod: Pod, _ sign: String) {
    versions[pod.name] = pod.metadata.resourceVersion
    log.append("\(sign)\(pod.name)@\(pod.metadata.resourceVersion)")
  }
}

/// A machine and its consumer, driven by hand.
struct WatchRun {
  var machine = PodWatch()
  var mirror = Mirror()
  var now = Duration.zero

  /// Has listed these pods at version 10, and its stream is open.
  static func watching(_ names: String...) throws -> WatchRun {
    var run = WatchRun()
    try run.list(10, names.enumerated().map { podText($0.element, $0.offset + 1) })
    run.open()
    run.mirror.log = []
    return run
  }

  mutating func list(_ version: Int, _ items: [String], continueToken: String = "") throws {
    mirror.apply(machine.received(page: try page(version, items, continueToken: continueToken), at: now))
  }

  mutating func open() {
    mirror.apply(machine.opened(at: now))
  }

  mutating func receive(_ text: String) {
    mirror.apply(machine.received(Array(text.utf8), at: now))
  }

  mutating func fail(_ code: Int, _ reason: String = "", retryAfter: Int? = nil) {
    var status = KubernetesStatus(
      httpStatus: code, body: Array(#"{"kind":"Status","code":\#(code),"reason":"\#(reason)"}"#.utf8))
    status.retryAfterHeader = retryAfter.map { Int64($0) }
    mirror.apply(machine.failed(.refused(status, .init("watch", Pod.type)), at: now))
  }

  /// The next thing to do, after waiting.
  mutating func action() -> PodWatch.Action {
    let next = machine.next()
    guard case .wait(let duration) = next else { return next }
    now += duration
    return machine.next()
  }
}
