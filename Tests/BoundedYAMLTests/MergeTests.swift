import BoundedYAML
import Testing

@Suite struct MergeTests {
  private func merged(_ text: String) throws -> YAMLNode? { try YAMLDocuments.readOne(text)?.merged }

  @Test func whatAMappingHasItselfCountsFirstThenTheEarlierOfThoseMergedIn() throws {
    let node = try merged(
      """
      one: &one {a: 1, b: 1}
      two: &two {<<: *one, b: 2, c: 2}
      all: {c: own, <<: [*one, *two]}
      """)
    let all = node?["all"]
    #expect(all?.members?.map(\.name) == ["c", "a", "b"])
    #expect(all?["a"]?.text == "1" && all?["b"]?.text == "1" && all?["c"]?.text == "own")
    #expect(node?["two"]?["a"]?.text == "1" && node?["two"]?["b"]?.text == "2")
  }

  @Test(arguments: ["<<: 1", "<<: [1]", "<<: [{a: 1}, 2]"])
  func whatCannotBeMergedStaysWhereItIs(_ text: String) throws {
    #expect(try merged(text)?.members?.map(\.name) == ["<<"])
  }

  @Test func whatIsMergedCountsInTheBounds() throws {
    let members = (0..<500).map { "k\($0): v" }.joined(separator: ", ")
    let uses = (0..<1_000).map { "- {<<: *all, n: \($0)}" }.joined(separator: "\n")
    #expect(throws: YAMLProblem.self) { try merged("all: &all {\(members)}\nuses:\n\(uses)") }
  }
}
