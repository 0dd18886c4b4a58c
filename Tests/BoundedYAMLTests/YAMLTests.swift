import BoundedYAML
import Testing

@Suite struct YAMLTests {
  private func read(_ text: String) throws -> YAMLNode { try #require(try YAMLDocuments.readOne(text)) }

  /// Windows' editors write one, and whoever puts files together leaves it in the middle.
  @Test func aByteOrderMarkMayStandBeforeEachDocument() throws {
    #expect(try read("\u{FEFF}a: 1\nb: 2\n")["b"]?.text == "2")
    #expect(try read("\u{FEFF}# so\n---\na: 1\nb: 2\n")["b"]?.line == 4)
    let both = try YAMLDocuments.read("\u{FEFF}---\na: 1\nb: 2\n\u{FEFF}---\nc: '\u{FEFF}'\nd: 4\n")
    #expect(both.count == 2 && both.last?["d"]?.line == 6 && both.last?["c"]?.text == "\u{FEFF}")
    #expect(try YAMLDocuments.readOne("\u{FEFF}") == nil)
  }

  @Test func byteOrderMarksWithoutEndAreRefusedAsTooManyDocuments() throws {
    let marks = String(repeating: "\u{FEFF}---\n", count: (1 << 20) / 7)
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read(marks) }
  }

  @Test(
    arguments: [
      ("NO", .text), ("on", .text), ("yes", .text), ("off", .text), ("y", .text), ("n", .text), ("True", .flag(true)),
      ("FALSE", .flag(false)), ("tRUE", .text), ("1.10", .number("1.10")), ("01234", .integer("1234")),
      ("12e3456", .number("12e3456")), ("12:30:45", .text), ("2026-11-28", .text), ("0x1F", .integer("31")),
      ("0o17", .integer("15")), ("017", .integer("17")), ("0b11", .text), ("1_000", .text), ("1e3", .number("1e3")),
      (".inf", .text), (".nan", .text), ("~", .null), ("null", .null), ("nil", .text), ("+5", .integer("5")),
      ("-0", .integer("-0")), (".5", .number("0.5")), ("5.", .number("5")), (".", .text), ("e3", .text),
      ("1e", .text), ("1e+", .text), ("-.5e-3", .number("-0.5e-3")), ("0x", .text),
      ("0x-1", .text), ("00", .integer("0")), ("5.5.5", .text), ("1e5x", .text),
      ("123456789012345678901234567890", .integer("123456789012345678901234567890")), ("0xFFFFFFFFFFFFFFFFF", .text),
    ] as [(String, YAMLMeaning)])
  func scalarsMeanWhatTheCoreSchemaSays(text: String, meaning: YAMLMeaning) throws {
    let node = try read("a: \(text)")["a"]
    #expect(node?.text == text && node?.meaning == meaning)
    #expect(try read("a: '\(text)'")["a"]?.meaning == .text)
    #expect(try read("a: !!str \(text)")["a"]?.meaning == .text)
  }

  @Test func aNodeKnowsItsLine() throws {
    let root = try read("# first\na:\n  b: 1\n  c: [x,\n    y]\n")
    #expect(root.members?.map(\.line) == [2] && root["a"]?.members?.map(\.line) == [3, 4])
    #expect(root["a"]?["c"]?.list?.map(\.line) == [4, 5])
  }

  @Test func aliasesStandForWhatTheyName() throws {
    let text = """
      base: &base {image: x, "n&m": 1}
      copy: *base
      list: [*base, &s scalar, *s]
      prompt: |
        Use *base and &base, *s* too:
        * one
        *s
      quoted: "*base"
      single: '*s'
      *s : keyed
      """
    let root = try read(text)
    #expect(root["copy"]?["image"]?.text == "x" && root["copy"]?["n&m"]?.text == "1")
    #expect(root["list"]?.list?.last?.text == "scalar" && root["list"]?.list?.first?["image"]?.text == "x")
    #expect(root["prompt"]?.text == "Use *base and &base, *s* too:\n* one\n*s\n")
    #expect(root["quoted"]?.text == "*base" && root["single"]?.text == "*s" && root["scalar"]?.text == "keyed")
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read("a: *nobody") }
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read("a: &a [*a]") }
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read("&a {*a : b}") }
    #expect(try YAMLDocuments.read("a: &x 1\n---\nb: 2\n").count == 2)
  }

  /// Nine levels of nine aliases stand for 400 million values, and as a key they would be compared one by one.
  @Test(arguments: ["end: *i", "? *i\n: end", "? [*i, *h]\n: end"])
  func anAliasBombIsRefusedAtOnce(end: String) throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, before) in zip("bcdefghi", "abcdefgh") {
      text += "\(name): &\(name) [\(Array(repeating: "*\(before)", count: 9).joined(separator: ", "))]\n"
    }
    let time = ContinuousClock().measure {
      #expect { try YAMLDocuments.read(text + end) } throws: {
        // Up to the fifth level they are within the bound.
        ($0 as? YAMLProblem)?.description
          == "has more than 100000 values or 4194304 bytes, counting what its aliases stand for (line 6)"
      }
    }
    #expect(time < .seconds(30))
  }

  /// Few values, but each as long as the file.
  @Test func aliasesOfALongTextCountAsLong() {
    let text = "a: &a '\(String(repeating: "x", count: 500_000))'\nb: [*a, *a, *a]\nc: [*a, *a, *a, *a, *a]\n"
    #expect { try YAMLDocuments.read(text) } throws: {
      ($0 as? YAMLProblem)?.problem.hasPrefix("has more than 100000 values or 4194304 bytes") == true
    }
  }

  /// Each would be compared with all before it, each repeated key with all below it.
  @Test(arguments: [
    (0..<45_000).map { "%TAG !a\($0)! tag:a\n" }.joined(), String(repeating: "? [a, b]\n", count: 100_000),
    String(repeating: "[", count: 1 << 20), String(repeating: "{a: ", count: 1 << 18),
    String(repeating: "- ", count: 1 << 19), String(repeating: "? ", count: 1 << 19),
    String(repeating: "a:\n", count: 1 << 18), String(repeating: "*a ", count: 1 << 18),
    String(repeating: "&a ", count: 1 << 18), String(repeating: "'", count: 1 << 20),
    String(repeating: "a: |\n", count: 1 << 17), String(repeating: "#\n", count: 1 << 19),
    String(repeating: "---\n", count: 1 << 18),
  ])
  func nothingTakesLong(text: String) {
    let time = ContinuousClock().measure { _ = try? YAMLDocuments.read(text) }
    #expect(time < .seconds(30), "\(text.prefix(20))")
  }

  @Test func depthAndSizeHaveBounds() throws {
    for depth in [100, 101, 900, 2000, 100_000] {
      let flow = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      if depth <= 100 { _ = try read(flow) } else { #expect(throws: YAMLProblem.self) { try read(flow) } }
    }
    let block = (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(throws: YAMLProblem.self) { try read(block) }
    let nested = "a: &a " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    let deeper = "\nb: " + String(repeating: "[", count: 60) + "*a" + String(repeating: "]", count: 60)
    #expect(throws: YAMLProblem.self) { try read(nested + deeper) }
    #expect { try read("a: " + String(repeating: "x", count: 1 << 20)) } throws: {
      ($0 as? YAMLProblem)?.problem == "is larger than 1048576 bytes"
    }
    #expect { try read("- x\n" + String(repeating: "- y\n", count: 100_000)) } throws: {
      ($0 as? YAMLProblem)?.problem.hasPrefix("has more than 100000 values") == true
    }
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3\n", "has 'a' twice (line 3)"), ("a:\n  1: x\n  '1': y\n", "has '1' twice (line 3)"),
    ("a: [1\n", "is not YAML"), ("[x]: 1\n", "has a key that is no text (line 1)"),
    ("a: 1\n---\nb: 1\n", "has several documents where one is expected (line 3)"),
    ("a: 1\n---\nb: [\n", "is not YAML"),
  ])
  func aProblemNamesItsPlace(text: String, problem: String) throws {
    #expect { try YAMLDocuments.readOne(text) } throws: { "\($0)".hasPrefix(problem) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read("a: \u{1}b") }
    #expect(throws: YAMLProblem.self) { try YAMLDocuments.read(#"a: "\uD800""#) }
  }

  @Test func whereItIsAskedForAKeyMayComeTwice() throws {
    #expect(try read(#"a: "x\0y""#)["a"]?.text == "x\0y")
    let node = try YAMLDocuments.readOne("a: 1\nb: 2\na: 3\n", keepsRepeated: true)
    #expect(node?.members?.map(\.name) == ["a", "b", "a"])
  }

  @Test func nothingIsNoDocument() throws {
    #expect(try YAMLDocuments.readOne("") == nil && YAMLDocuments.readOne("# only words\n") == nil)
    #expect(try YAMLDocuments.readOne("~")?.isNull == true)
  }
}
