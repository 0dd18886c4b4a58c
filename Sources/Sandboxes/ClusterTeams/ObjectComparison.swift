package import ControlModel

/// How an object of a cluster differs from what was applied of it. A value: nothing here asks a cluster.
///
/// What others put beside it is theirs: labels, annotations, finalizers, bounds on other resources of a quota. Within the
/// rest of a `spec`, and within lists, anything more is a difference, since one more field can open what a policy closes.
package struct ObjectComparison: Sendable, Hashable {
  package private(set) var differences: [TeamReport.Difference] = []
  /// A merge patch that takes away what is too much; empty when nothing is. Applying does not remove what another
  /// field manager owns.
  package private(set) var removal = JSONObject()

  package init(wanted: JSONObject, found: JSONObject) {
    compare(.object(wanted), .object(found), at: [])
    // Where a field shows the same, the mark adds nothing.
    if differences.count > 1 { differences.removeAll { $0.field == Self.markField } }
  }

  /// Of the last manifest that was applied: one that has fewer fields than that has to be applied, too, so that they
  /// are given up.
  package static let mark = "paddock.dev/manifest"
  private static let markField = "metadata.annotations.\(mark)"

  private mutating func compare(_ wanted: JSONValue, _ found: JSONValue, at path: [String]) {
    if wanted.isEmpty && found.isEmpty { return }
    guard case .object(let wantedMembers) = wanted.orEmpty(like: found),
      case .object(let foundMembers) = found.orEmpty(like: wanted)
    else {
      if !Self.isSame(wanted, found) { note(path, wanted, found) }
      return
    }
    for member in wantedMembers.members {
      compare(member.value, foundMembers[member.name] ?? .null, at: path + [member.name])
    }
    guard !Self.isOpen(path) else { return }
    for member in foundMembers.members where wantedMembers[member.name] == nil && !member.value.isEmpty {
      note(path + [member.name], nil, member.value)
      removal.setNull(at: path + [member.name])
    }
  }

  private mutating func note(_ path: [String], _ wanted: JSONValue?, _ found: JSONValue) {
    differences.append(
      .init(
        field: path.joined(separator: "."), wanted: wanted.map(\.text), found: found == .null ? nil : found.text))
  }

  /// Others may have members of their own there.
  private static func isOpen(_ path: [String]) -> Bool {
    path.isEmpty || path.first == "metadata" || path == ["spec", "hard"]
  }

  /// A server writes quantities in a form of its own (`0.5` becomes `500m`), and leaves out what is empty.
  private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    if one == other { return true }
    switch (one, other) {
    case (.string(let one), .string(let other)):
      guard let one = ClusterQuantity(one) else { return false }
      return one == ClusterQuantity(other)
    case (.array(let one), .array(let other)):
      return one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
    case (.object(let one), .object(let other)):
      let names = Set((one.members + other.members).map(\.name))
      return names.allSatisfy { isSame(one[$0] ?? .null, other[$0] ?? .null) }
    default: return one.isEmpty && other.isEmpty
    }
  }
}

extension JSONValue {
  /// To an API server, absent and empty are the same.
  fileprivate var isEmpty: Bool {
    switch self {
    case .null: true
    case .array(let values): values.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }

  /// What is absent beside an object is an object without members.
  fileprivate func orEmpty(like other: JSONValue) -> JSONValue {
    if case .object = other, isEmpty { return [:] }
    return self
  }
}

extension JSONObject {
  fileprivate mutating func setNull(at path: [String]) {
    guard let first = path.first else { return }
    guard path.count > 1 else { return self[first] = .null }
    var inner = self[first]?.objectValue ?? JSONObject()
    inner.setNull(at: Array(path.dropFirst()))
    self[first] = .object(inner)
  }
}
