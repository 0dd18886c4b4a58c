import ControlModel
import HTTPTransport

extension WatchStateMachine {
  /// The head of the stream has arrived.
  mutating func opened(at now: Duration) -> [WatchChange<Resource>] {
    openedAt = now
    listed = []
    return told([])
  }

  /// `false` once the stream is not to be read any further.
  var isReading: Bool { openedAt != nil }

  /// Bytes of the stream, in pieces of any size.
  mutating func received(_ bytes: [UInt8], at now: Duration) -> [WatchChange<Resource>] {
    if case .snapshot = phase { return received(snapshot: bytes, at: now) }
    let lines: [[UInt8]]
    do { lines = try framing.append(bytes) } catch { return disbelieve("\(error)", at: now) }
    var changes: [WatchChange<Resource>] = []
    for line in lines where !line.isEmpty {
      changes += received(line: line, at: now)
      guard isReading else { break }
    }
    return changes
  }

  private mutating func received(line: [UInt8], at now: Duration) -> [WatchChange<Resource>] {
    let event: JSONValue
    do { event = try JSONValue(parsing: line) } catch {
      return disbelieve("a line of it is no JSON: \(error)", at: now)
    }
    let object = event["object"] ?? .null
    switch event["type"]?.stringValue {
    case "ADDED", "MODIFIED": return changed(object, at: now)
    case "DELETED": return deleted(object, at: now)
    case "BOOKMARK":
      advance(to: object["metadata"]?["resourceVersion"]?.stringValue ?? "")
      return []
    case "ERROR":
      guard let status = KubernetesStatus(object, httpStatus: 500) else {
        return disbelieve("it holds an error that is no Status", at: now)
      }
      return failed(.refused(status, .init("watch", Resource.type)), at: now)
    default: return disbelieve("it holds an event of a kind that does not exist", at: now)
    }
  }

  private mutating func changed(_ value: JSONValue, at now: Duration) -> [WatchChange<Resource>] {
    guard let object = Resource(reading: value) else { return disbelieve("it holds an object without a name", at: now) }
    let reference = object.reference
    if case .repeated = known.compare(reference) {
      advance(to: reference.resourceVersion)
      return []
    }
    if ResourceVersion.isNewer(reference.resourceVersion, than: position) == false {
      return disbelieve("it goes back to version \(reference.resourceVersion)", at: now)
    }
    advance(to: reference.resourceVersion)
    return tell(object, reference)
  }

  private mutating func deleted(_ value: JSONValue, at now: Duration) -> [WatchChange<Resource>] {
    guard let object = Resource(reading: value) else { return disbelieve("it holds an object without a name", at: now) }
    let reference = object.reference
    let key = KnownObjects.Key(reference)
    // A deletion that was told, or of an object whose name another one has had since.
    guard let last = known.reference(key), last.uid == reference.uid else {
      advance(to: reference.resourceVersion)
      return []
    }
    if ResourceVersion.isNewer(last.resourceVersion, than: reference.resourceVersion) == true {
      return disbelieve("it goes back to version \(reference.resourceVersion)", at: now)
    }
    known.remove(key)
    advance(to: reference.resourceVersion)
    return [.deleted(reference)]
  }

  /// A version that is no number is taken as it comes: its order is not known.
  private mutating func advance(to version: String) {
    guard !version.isEmpty, ResourceVersion.isNewer(version, than: position) != false else { return }
    position = version
  }
}
