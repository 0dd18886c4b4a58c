/// What all sandboxes of a team may ask of a cluster together, and what their journals may hold and grow by, written
/// `cpu=8,memory=16Gi,pods=20,journalBytes=50Gi`.
package struct TeamQuota: Sendable, Hashable, CustomStringConvertible {
  package enum Resource: String, Sendable, Hashable, CaseIterable {
    case cpu, memory, pods, storage
    case journalEvents, journalBytes, journalEventsPerMinute, journalBytesPerMinute

    /// The cluster holds it; the others are held by cores, on every engine.
    package var isOfCluster: Bool { ![.journalEvents, .journalBytes].contains(self) && !isRate }

    private var isRate: Bool { [.journalEventsPerMinute, .journalBytesPerMinute].contains(self) }

    fileprivate var examples: String {
      switch self {
      case .cpu: "8 or 500m"
      case .memory, .storage: "16Gi or 500M"
      case .pods: "20"
      case .journalEvents, .journalEventsPerMinute: "300000 or 300k"
      case .journalBytes, .journalBytesPerMinute: "50Gi or 512Mi"
      }
    }
  }

  /// Quantities as Kubernetes writes them, kept as they were given; a resource that is absent has no bound.
  package var bounds: [Resource: String]

  package init(bounds: [Resource: String] = [:]) {
    self.bounds = bounds
  }

  package init(_ text: String) throws(ControlFailure) {
    bounds = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let resource = Resource(rawValue: sides[0]) else {
        let known = Resource.allCases.map(\.rawValue).joined(separator: ", ")
        throw ControlFailure(.invalidArgument, "Quota: \"\(part)\" is not RESOURCE=QUANTITY with one of \(known).")
      }
      guard Self.fits(sides[1], resource) else {
        throw ControlFailure(
          .invalidArgument,
          "Quota: \"\(sides[1])\" is not a quantity for \(resource.rawValue), such as \(resource.examples).")
      }
      guard bounds.updateValue(sides[1], forKey: resource) == nil else {
        throw ControlFailure(.invalidArgument, "Quota: \(resource.rawValue) is given twice.")
      }
    }
  }

  /// The form that is read, in a fixed order.
  package var description: String {
    Resource.allCases.compactMap { resource in bounds[resource].map { "\(resource.rawValue)=\($0)" } }
      .joined(separator: ",")
  }

  private static func fits(_ text: String, _ resource: Resource) -> Bool {
    guard isQuantity(text) else { return false }
    return switch resource {
    case .cpu, .memory, .storage: true
    case .pods: text.allSatisfy(isDigit)
    case .journalEvents, .journalEventsPerMinute: bound(text, as: JournalEntries.self) != nil
    case .journalBytes, .journalBytesPerMinute: bound(text, as: Bytes.self) != nil
    }
  }

  /// A whole number of at least one, as far as the unit goes.
  private static func bound<Unit>(_ text: String?, as unit: Unit.Type) -> Amount<Unit>? {
    guard let number = text.flatMap({ QuantityText.value($0, QuantityText.units) }), number == number.rounded() else {
      return nil
    }
    return Amount<Unit>(claim: number)
  }

  /// What cores hold its journals to.
  package var journal: JournalBounds {
    JournalBounds(
      events: Self.bound(bounds[.journalEvents], as: JournalEntries.self),
      bytes: Self.bound(bounds[.journalBytes], as: Bytes.self),
      eventsPerMinute: Self.bound(bounds[.journalEventsPerMinute], as: JournalEntries.self),
      bytesPerMinute: Self.bound(bounds[.journalBytesPerMinute], as: Bytes.self))
  }

  private static let suffixes: Set<String> = [
    "", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
  ]

  /// Digits: a cluster keeps no larger number either.
  private static let longestNumber = 15

  /// Kubernetes reads exponents and signs as well; nobody writes a quota with them.
  private static func isQuantity(_ text: String) -> Bool {
    let number = text.prefix { $0 == "." || isDigit($0) }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    return number.count <= longestNumber && parts.count <= 2 && parts.allSatisfy { !$0.isEmpty } && !number.isEmpty
      && suffixes.contains(String(text.dropFirst(number.count)))
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

extension TeamQuota {
  package var json: JSONObject {
    var json = JSONObject()
    for resource in Resource.allCases { json[resource.rawValue] = bounds[resource].map { .string($0) } }
    return json
  }

  /// As it was stored; members that are not known are passed over.
  package init(json: JSONObject) {
    bounds = [:]
    for resource in Resource.allCases { bounds[resource] = json[resource.rawValue]?.stringValue }
  }
}
