/// What has been told of each object: enough to tell a change from a repeat, and little enough to hold for thousands.
struct KnownObjects {
  struct Key: Hashable {
    var namespace: String?
    var name: String

    init(_ reference: ObjectReference) {
      namespace = reference.namespace
      name = reference.name
    }
  }

  enum Comparison {
    /// Nothing of that name was told.
    case new
    /// This very state was told.
    case repeated
    case changed
    /// Another object had the name.
    case replaced(ObjectReference)
  }

  private struct State {
    var uid: String
    var resourceVersion: String
  }

  private var states: [Key: State] = [:]

  var count: Int { states.count }

  func compare(_ reference: ObjectReference) -> Comparison {
    guard let known = self.reference(Key(reference)) else { return .new }
    if known.uid != reference.uid { return .replaced(known) }
    return known.resourceVersion == reference.resourceVersion ? .repeated : .changed
  }

  func reference(_ key: Key) -> ObjectReference? {
    states[key].map {
      ObjectReference(namespace: key.namespace, name: key.name, uid: $0.uid, resourceVersion: $0.resourceVersion)
    }
  }

  mutating func insert(_ reference: ObjectReference) {
    states[Key(reference)] = State(uid: reference.uid, resourceVersion: reference.resourceVersion)
  }

  mutating func remove(_ key: Key) {
    states[key] = nil
  }

  /// Forgets all but these, and says what it forgot, in the order of names.
  mutating func keep(_ keys: Set<Key>) -> [ObjectReference] {
    let gone = states.keys.filter { !keys.contains($0) }.compactMap { reference($0) }
    for reference in gone { states[Key(reference)] = nil }
    return gone.sorted { ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name) }
  }
}
