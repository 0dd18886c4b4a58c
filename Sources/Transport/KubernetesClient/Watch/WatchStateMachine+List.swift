import ControlModel

extension WatchStateMachine {
  /// One page of the list has arrived whole.
  mutating func received(page: JSONValue, at now: Duration) -> [WatchChange<Resource>] {
    guard let version = page["metadata"]?["resourceVersion"]?.stringValue, !version.isEmpty, let items = page.items
    else {
      return failed(.unreadable(subject: "The list of \(Resource.type.plural)", reason: "it is no list"), at: now)
    }
    var changes: [WatchChange<Resource>] = []
    for item in items { changes += compare(item) }
    if let token = page["metadata"]?["continue"]?.stringValue, !token.isEmpty {
      phase = .listing(continueToken: token)
      return told(changes)
    }
    return complete(changes, at: version)
  }

  /// Everything that there is has been compared.
  mutating func complete(
    _ changes: [WatchChange<Resource>] = [], at version: String
  ) -> [WatchChange<Resource>] {
    let gone = known.keep(listed).map { WatchChange<Resource>.deleted($0) }
    listed = []
    hasToldOfMore = false
    isPaged = true
    position = version
    phase = .watching
    return told(changes + gone + [.synced])
  }

  /// An item that cannot be read costs no other item.
  mutating func compare(_ item: JSONValue) -> [WatchChange<Resource>] {
    guard let object = Resource(reading: item) else {
      return [
        .trouble(.unreadable(subject: "An item of the list of \(Resource.type.plural)", reason: "it has no name"))
      ]
    }
    let reference = object.reference
    let changes = tell(object, reference)
    if known.reference(.init(reference)) != nil { listed.insert(.init(reference)) }
    return changes
  }

  /// Compares with what was told, and remembers.
  mutating func tell(_ object: Resource, _ reference: ObjectReference) -> [WatchChange<Resource>] {
    let comparison = known.compare(reference)
    // Whoever fills a cluster must not fill the core: those that were told of first stay.
    if case .new = comparison, known.count >= mostObjects { return tellOfMore() }
    known.insert(reference)
    return switch comparison {
    case .new: [.added(object)]
    case .repeated: []
    case .changed: [.modified(object)]
    case .replaced(let former): [.deleted(former), .added(object)]
    }
  }
}

extension WatchStateMachine {
  /// Once for each list.
  private mutating func tellOfMore() -> [WatchChange<Resource>] {
    guard !hasToldOfMore else { return [] }
    hasToldOfMore = true
    return [
      .trouble(
        .unreadable(
          subject: "The list of \(Resource.type.plural)",
          reason: "it has more than \(mostObjects) objects; the others are not looked at"))
    ]
  }
}

extension JSONValue {
  /// Go writes an empty list as `null` at times.
  fileprivate var items: [JSONValue]? {
    switch self["items"] {
    case .array(let items): items
    case .null: []
    default: nil
    }
  }
}
