import Yams

/// Turns one document of Yams into nodes: resolves aliases, and stops before that costs more than the bounds allow. What an
/// alias stands for is shared, not copied; its values count all the same, since whoever reads them goes through each.
struct NodeReading {
  private struct Anchored {
    var node: YAMLNode
    var nodes: Int
    var height: Int
  }

  private let marker: Unicode.Scalar?
  private(set) var nodesLeft: Int
  private var anchors: [String: Anchored] = [:]
  /// Levels below the node that was read last.
  private var height = 0

  init(marker: Unicode.Scalar?, nodesLeft: Int) {
    self.marker = marker
    self.nodesLeft = nodesLeft
  }

  mutating func node(_ node: Node, depth: Int) throws(YAMLProblem) -> YAMLNode {
    let line = node.mark?.line
    guard depth <= YAMLDocuments.greatestDepth else { throw tooDeep(line) }
    if let name = alias(node) { return try resolved(name, depth: depth, line: line) }
    try take(1, line)
    let before = nodesLeft
    let read = YAMLNode(content: try content(node, depth: depth), line: line)
    if let anchor = node.anchorName {
      anchors[anchor] = Anchored(node: read, nodes: 1 + before - nodesLeft, height: height)
    }
    return read
  }

  private mutating func content(_ node: Node, depth: Int) throws(YAMLProblem) -> YAMLNode.Content {
    var tallest = 0
    defer { height = tallest }
    switch node {
    case .scalar(let scalar):
      let tag = scalar.tag.description
      let isText = scalar.style != .plain || tag.hasSuffix(":str") || tag == "!"
      return .scalar(unmarked(scalar.string), isPlain: !isText)
    case .sequence(let sequence):
      var nodes: [YAMLNode] = []
      for element in sequence {
        nodes.append(try self.node(element, depth: depth + 1))
        tallest = max(tallest, height + 1)
      }
      return .list(nodes)
    case .mapping(let mapping):
      var members: [YAMLNode.Member] = []
      var names: Set<String> = []
      for (key, value) in mapping {
        let name = try name(key, depth: depth + 1)
        guard names.insert(name).inserted else { throw repeated(name, key) }
        members.append(.init(name: name, line: key.mark?.line, value: try self.node(value, depth: depth + 1)))
        tallest = max(tallest, height + 1)
      }
      return .map(members)
    case .alias: throw YAMLProblem("has an alias to nothing", line: node.mark?.line)
    }
  }

  private mutating func name(_ key: Node, depth: Int) throws(YAMLProblem) -> String {
    guard let text = try node(key, depth: depth).text else {
      throw YAMLProblem("has a key that is no text", line: key.mark?.line)
    }
    return text
  }

  private func repeated(_ name: String, _ key: Node) -> YAMLProblem {
    var problem = YAMLProblem("has '\(name)' twice", line: key.mark?.line)
    problem.column = key.mark?.column
    problem.repeatedKeys = [name]
    return problem
  }

  private func tooDeep(_ line: Int?) -> YAMLProblem {
    YAMLProblem("is nested deeper than \(YAMLDocuments.greatestDepth) levels", line: line)
  }

  // MARK: Aliases

  private func alias(_ node: Node) -> String? {
    guard let marker, case .scalar(let scalar) = node, scalar.style == .plain,
      scalar.string.unicodeScalars.first == marker
    else { return nil }
    let name = String(scalar.string.unicodeScalars.dropFirst())
    return name.utf8.allSatisfy(MarkedAliases.isName) ? name : nil
  }

  private mutating func resolved(_ name: String, depth: Int, line: Int?) throws(YAMLProblem) -> YAMLNode {
    guard let anchored = anchors[name] else { throw YAMLProblem("has an alias to nothing, *\(name)", line: line) }
    try take(anchored.nodes, line)
    guard depth + anchored.height <= YAMLDocuments.greatestDepth else { throw tooDeep(line) }
    height = anchored.height
    var node = anchored.node
    node.line = line
    return node
  }

  private mutating func take(_ nodes: Int, _ line: Int?) throws(YAMLProblem) {
    guard nodes <= nodesLeft else {
      throw YAMLProblem(
        "has more than \(YAMLDocuments.mostNodes) values, counting what its aliases stand for", line: line)
    }
    nodesLeft -= nodes
  }

  private func unmarked(_ text: String) -> String {
    guard let marker, text.unicodeScalars.contains(marker) else { return text }
    var unmarked = String.UnicodeScalarView()
    unmarked.append(contentsOf: text.unicodeScalars.map { $0 == marker ? "*" : $0 })
    return String(unmarked)
  }
}

extension Node {
  fileprivate var anchorName: String? {
    switch self {
    case .scalar(let scalar): scalar.anchor?.rawValue
    case .sequence(let sequence): sequence.anchor?.rawValue
    case .mapping(let mapping): mapping.anchor?.rawValue
    case .alias: nil
    }
  }
}
