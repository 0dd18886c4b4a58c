/// Makes nodes of events, with a stack of its own: however deep a text is nested, it costs no recursion. Stops before that
/// costs more than the bounds allow. What an alias stands for is shared, not copied; it counts all the same, since whoever
/// reads it goes through all of it.
struct NodeReading {
  private struct Extent {
    var nodes = 0
    var bytes = 0
    /// Levels below.
    var height = 0
  }

  private struct Frame {
    var isMap: Bool
    var anchor: String?
    var line: Int
    var extent = Extent()
    var nodes: [YAMLNode] = []
    var members: [YAMLNode.Member] = []
    var names: Set<String> = []
    var key: (name: String, line: Int)?
  }

  private let limits: YAMLLimits
  private let keepsRepeated: Bool
  private var left: Extent
  private var frames: [Frame] = []
  private var anchors: [String: (node: YAMLNode, extent: Extent)] = [:]
  private var root: YAMLNode?

  init(_ limits: YAMLLimits, keepsRepeated: Bool) {
    self.limits = limits
    self.keepsRepeated = keepsRepeated
    left = Extent(nodes: limits.nodes, bytes: limits.bytes)
  }

  /// The document that the event completes, if it does.
  mutating func take(_ event: YAMLEvents.Event) throws(YAMLProblem) -> YAMLNode? {
    switch event.kind {
    case .scalar(let text, let isPlain):
      let extent = Extent(nodes: 1, bytes: text.utf8.count)
      try spend(extent, event.line)
      try add(YAMLNode(content: .scalar(text, isPlain: isPlain), line: event.line), extent, event)
    case .alias(let name):
      guard let anchored = anchors[name] else {
        throw YAMLProblem("has an alias to nothing, *\(name)", line: event.line)
      }
      try spend(anchored.extent, event.line)
      guard frames.count + anchored.extent.height < limits.depth else { throw tooDeep(event.line) }
      var node = anchored.node
      node.line = event.line
      try add(node, anchored.extent, event)
    case .listStart, .mapStart: try begin(event)
    case .listEnd, .mapEnd: try end(event)
    case .documentEnd: return root
    case .documentStart, .streamEnd: root = nil
    }
    return nil
  }

  private mutating func begin(_ event: YAMLEvents.Event) throws(YAMLProblem) {
    guard frames.count < limits.depth else { throw tooDeep(event.line) }
    try spend(Extent(nodes: 1), event.line)
    var isMap = false
    if case .mapStart = event.kind { isMap = true }
    frames.append(Frame(isMap: isMap, anchor: event.anchor, line: event.line, extent: Extent(nodes: 1)))
  }

  private mutating func end(_ event: YAMLEvents.Event) throws(YAMLProblem) {
    guard let frame = frames.popLast() else { return }
    var opening = event
    (opening.anchor, opening.line) = (frame.anchor, frame.line)
    let content: YAMLNode.Content = frame.isMap ? .map(frame.members) : .list(frame.nodes)
    try add(YAMLNode(content: content, line: frame.line), frame.extent, opening)
  }

  /// Puts a node that is complete where it belongs.
  private mutating func add(_ node: YAMLNode, _ extent: Extent, _ event: YAMLEvents.Event) throws(YAMLProblem) {
    if let anchor = event.anchor { anchors[anchor] = (node, extent) }
    guard let top = frames.indices.last else { return root = node }
    frames[top].extent.nodes += extent.nodes
    frames[top].extent.bytes += extent.bytes
    frames[top].extent.height = max(frames[top].extent.height, extent.height + 1)
    guard frames[top].isMap else { return frames[top].nodes.append(node) }
    if let key = frames[top].key {
      frames[top].members.append(.init(name: key.name, line: key.line, value: node))
      return frames[top].key = nil
    }
    guard let name = node.text else { throw YAMLProblem("has a key that is no text", line: event.line) }
    guard frames[top].names.insert(name).inserted || keepsRepeated else {
      var problem = YAMLProblem("has '\(name)' twice", line: event.line)
      problem.column = event.column
      problem.repeatedKey = name
      throw problem
    }
    frames[top].key = (name, event.line)
  }

  private mutating func spend(_ extent: Extent, _ line: Int) throws(YAMLProblem) {
    guard extent.nodes <= left.nodes, extent.bytes <= left.bytes else {
      throw YAMLProblem(
        "has more than \(limits.nodes) values or \(limits.bytes) bytes, counting what its aliases stand for", line: line
      )
    }
    left.nodes -= extent.nodes
    left.bytes -= extent.bytes
  }

  private func tooDeep(_ line: Int) -> YAMLProblem {
    YAMLProblem("is nested deeper than \(limits.depth) levels", line: line)
  }
}
