/// What all sandboxes of a team may ask of a cluster together, written `cpu=8,memory=16Gi,pods=20`.
package struct TeamQuota: Sendable, Hashable, CustomStringConvertible {
  package enum Resource: String, Sendable, Hashable, CaseIterable {
    case cpu, memory, pods, storage
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
      guard Self.isQuantity(sides[1]) else {
        throw ControlFailure(
          .invalidArgument,
          "Quota: \"\(sides[1])\" is not a quantity for \(resource.rawValue), such as 8, 500m or 16Gi.")
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

  private static let suffixes: Set<String> = [
    "", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
  ]

  /// Kubernetes reads exponents and signs as well; nobody writes a quota with them.
  private static func isQuantity(_ text: String) -> Bool {
    let number = text.prefix { $0 == "." || ("0"..."9").contains($0) }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty } && !number.isEmpty
      && suffixes.contains(String(text.dropFirst(number.count)))
  }
}
