import Yams

/// Reads YAML of which nobody knows who wrote it: every file that is YAML comes in here. Text, depth and the number of
/// values after aliases are resolved have bounds, so that no document costs more than its size promises.
package enum YAMLDocuments {
  package static let greatestSize = 1 << 20
  package static let greatestDepth = 100
  package static let mostNodes = 100_000

  /// All documents of a text, in their order.
  package static func read(_ text: String, greatestSize: Int = greatestSize) throws(YAMLProblem) -> [YAMLNode] {
    guard text.utf8.count <= greatestSize else {
      throw YAMLProblem("is larger than \(greatestSize >> 20) MiB", line: nil)
    }
    let read = DeepStack.run { () -> Result<[YAMLNode], YAMLProblem> in
      do throws(YAMLProblem) { return .success(try compose(MarkedAliases(text))) } catch { return .failure(error) }
    }
    guard let read else { throw YAMLProblem("cannot be read: there is no room for another thread", line: nil) }
    return try read.get()
  }

  private static func compose(_ marked: MarkedAliases) throws(YAMLProblem) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    do {
      // The rules of YAML 1.1 that Yams knows are not wanted.
      let parser = try Parser(yaml: marked.text, resolver: .basic, encoding: .utf8)
      var nodesLeft = mostNodes
      while let root = try parser.nextRoot() {
        var reading = NodeReading(marker: marked.marker, nodesLeft: nodesLeft)
        documents.append(try reading.node(root, depth: 1))
        nodesLeft = reading.nodesLeft
      }
      // Anchors are known to their nodes only as long as their parser is there.
      withExtendedLifetime(parser) {}
    } catch let problem as YAMLProblem {
      throw problem
    } catch {
      throw YAMLProblem(error)
    }
    return documents
  }

  /// The one document of a text; `nil` where it says nothing.
  package static func readOne(_ text: String, greatestSize: Int = greatestSize) throws(YAMLProblem) -> YAMLNode? {
    let documents = try read(text, greatestSize: greatestSize)
    if documents.count > 1 { throw YAMLProblem("has several documents where one is expected", line: documents[1].line) }
    return documents.first
  }
}

/// Why a text cannot be read, and where; tells nothing of the text but names of keys.
package struct YAMLProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Follows the name of the file: `is not YAML: did not find expected ',' or '}'`.
  package var problem: String
  /// From 1.
  package var line: Int?
  package var column: Int?
  /// Keys that a mapping has twice.
  package var repeatedKeys: [String] = []

  init(_ problem: String, line: Int?) {
    self.problem = problem
    self.line = line
  }

  init(_ error: any Error) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      self.init("is not YAML: \(problem)", line: mark.line)
      column = mark.column
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      self.init("has \(keys.map { "'\($0)'" }.joined(separator: ", ")) twice", line: context.mark.line)
      column = context.mark.column
      repeatedKeys = keys
    case YamlError.reader(let problem, _, _, _): self.init("is not YAML: \(problem)", line: nil)
    default: self.init("is not YAML", line: nil)
    }
  }

  package var description: String { problem + (line.map { " (line \($0))" } ?? "") }
}
