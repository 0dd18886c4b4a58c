/// Reads YAML of which nobody knows who wrote it: every file that is YAML comes in here. Size, depth and the number of
/// values after aliases are resolved have bounds, so that no document costs more than its size promises.
package enum YAMLDocuments {
  /// All documents of a text, in their order. `keepsRepeated`: a key that is given twice is no problem, and is there twice.
  package static func read(
    _ text: String, _ limits: YAMLLimits = YAMLLimits(), keepsRepeated: Bool = false
  ) throws(YAMLProblem) -> [YAMLNode] {
    guard text.utf8.count <= limits.size else {
      throw YAMLProblem("is larger than \(limits.size) bytes", line: nil)
    }
    let text = withoutByteOrderMarks(text)
    try checkDirectives(text)
    let events = try YAMLEvents(text)
    var reading = NodeReading(limits, keepsRepeated: keepsRepeated)
    var documents: [YAMLNode] = []
    while true {
      let event = try events.next()
      if case .streamEnd = event.kind { return documents }
      if let document = try reading.take(event) { documents.append(document) }
    }
  }

  /// The one document of a text; `nil` where it says nothing.
  package static func readOne(
    _ text: String, _ limits: YAMLLimits = YAMLLimits(), keepsRepeated: Bool = false
  ) throws(YAMLProblem) -> YAMLNode? {
    let documents = try read(text, limits, keepsRepeated: keepsRepeated)
    if documents.count > 1 {
      throw YAMLProblem("has several documents where one is expected", line: documents[1].line)
    }
    return documents.first
  }

  /// One may stand before each document, as in files that were put together. libyaml reads on in the column behind it, and
  /// finds the lines below indented otherwise.
  private static func withoutByteOrderMarks(_ text: String) -> String {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = mark + Array("---".utf8)
    var kept: [UInt8] = []
    var rest = ArraySlice(text.utf8)
    if rest.starts(with: mark) { rest = rest.dropFirst(mark.count) }
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      kept += rest[...end]
      rest = rest[(end + 1)...]
      if rest.starts(with: start) { rest = rest.dropFirst(mark.count) }
    }
    return String(decoding: kept + rest, as: UTF8.self)
  }

  /// libyaml compares each `%TAG` with all before it.
  private static func checkDirectives(_ text: String) throws(YAMLProblem) {
    var lines = 0
    var before = UInt8(ascii: "\n")
    for byte in text.utf8 {
      if byte == UInt8(ascii: "%"), before == UInt8(ascii: "\n") || before == UInt8(ascii: "\r") { lines += 1 }
      before = byte
    }
    guard lines <= YAMLLimits.mostDirectives else {
      throw YAMLProblem("has more than \(YAMLLimits.mostDirectives) lines that begin with %", line: nil)
    }
  }
}

/// Of one text.
package struct YAMLLimits: Sendable, Hashable {
  /// Bytes: more than anybody writes by hand.
  package var size = 1 << 20
  /// Deeper than anybody looks.
  package var depth = 100
  /// Values, counting what aliases stand for.
  package var nodes = 100_000
  /// Of all texts together, counted likewise: an alias to a long text is as long.
  package var bytes = 4 << 20
  /// Lines that may be directives.
  package static let mostDirectives = 10_000

  package init() {}

  /// For files that programs write, such as a kubeconfig with the certificates of hundreds of clusters.
  package init(size: Int) {
    self.size = size
    bytes = max(bytes, 2 * size)
  }
}

/// Why a text cannot be read, and where; tells nothing of the text but names of keys and anchors.
package struct YAMLProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Follows the name of the file: `is not YAML: did not find expected ',' or '}'`.
  package var problem: String
  /// From 1.
  package var line: Int?
  package var column: Int?
  /// The key that a mapping has twice.
  package var repeatedKey: String?

  init(_ problem: String, line: Int?) {
    self.problem = problem
    self.line = line
  }

  package var description: String { problem + (line.map { " (line \($0))" } ?? "") }
}
