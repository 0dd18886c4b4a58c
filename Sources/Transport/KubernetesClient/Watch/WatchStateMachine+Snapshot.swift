import ControlModel
import HTTPTransport

/// The first list of a watch, as the API server's own cache has it: it need not be of this moment, since all that
/// happened after it is told by the stream that begins there. The server has it at hand, where it reads and decodes each
/// page of any other list anew.
extension WatchStateMachine {
  mutating func received(snapshot bytes: [UInt8], at now: Duration) -> [WatchChange<Resource>] {
    var changes: [WatchChange<Resource>] = []
    do {
      for item in try snapshot.append(bytes) { changes += compare(try JSONValue(parsing: item)) }
      return changes
    } catch {
      return changes + disbelieve("its list cannot be read: \(error)", at: now)
    }
  }

  mutating func snapshotEnded(at now: Duration) -> [WatchChange<Resource>] {
    guard let list = try? JSONValue(parsing: snapshot.envelope), list["items"] != nil,
      let version = list["metadata"]?["resourceVersion"]?.stringValue, !version.isEmpty
    else { return disbelieve("its list breaks off", at: now) }
    openedAt = nil
    snapshot = .init()
    return complete(at: version)
  }
}
