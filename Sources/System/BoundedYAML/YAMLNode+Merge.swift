/// `<<` of YAML 1.1, as Go's readers and so kubectl take it: members of other mappings count where the mapping has none of
/// that name itself, those of earlier ones before those of later ones.
extension YAMLNode {
  private static let mergeKey = "<<"

  /// Costs no more than the document's own bounds: what an alias stands for is counted in them.
  package var merged: YAMLNode {
    var node = self
    switch content {
    case .scalar: break
    case .list(let nodes): node.content = .list(nodes.map(\.merged))
    case .map(let members): node.content = .map(Self.merged(members))
    }
    return node
  }

  private static func merged(_ members: [Member]) -> [Member] {
    var whole: [Member] = []
    var inherited: [Member] = []
    for member in members {
      var member = member
      member.value = member.value.merged
      if member.name == mergeKey, let sources = member.value.mergeSources {
        inherited += sources.flatMap { $0 }
      } else {
        whole.append(member)
      }
    }
    var names = Set(whole.map(\.name))
    return whole + inherited.filter { names.insert($0.name).inserted }
  }

  /// `nil` for what cannot be merged: then it is a member like any other.
  private var mergeSources: [[Member]]? {
    if let members { return [members] }
    guard let list else { return nil }
    let sources = list.compactMap(\.members)
    return sources.count == list.count ? sources : nil
  }
}
