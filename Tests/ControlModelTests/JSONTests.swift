import ControlModel
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"a":1.50,"b":[true,null,"x\u0000y"],"a":2}"#, #"[]"#, #""é\ud83d\ude00""#, "-0.5e10", #"{"":{}}"#,
  ])
  func writesWhatItRead(text: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(try JSONValue(parsing: value.text) == value)
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), ("01", 1), ("nul", 3), ("\"a\u{1}\"", 2), (#""\x""#, 2), ("1 2", 2), ("-", 1),
    (#"{"a" 1}"#, 5),
  ])
  func saysWhereItBroke(text: String, offset: Int) {
    #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONParseError)?.offset == offset }
  }

  @Test func rejectsInvalidUTF8AndDepth() {
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
  }

  @Test func replacesLoneSurrogates() throws {
    #expect(try JSONValue(parsing: #""a\ud83dz""#) == .string("a\u{FFFD}z"))
    #expect(try JSONValue(parsing: #""\ud83d\u0041""#) == .string("\u{FFFD}A"))
    #expect(try JSONValue(parsing: #""\ude00""#) == .string("\u{FFFD}"))
  }

  @Test func fieldsKeepTheirBytes() throws {
    let fields = try JSONFields(parsing: Array(#" {"x" : { "n": 1.0e2 ,"s":"é"} , "y":[ ]} "#.utf8))
    #expect(fields.bytes(of: "x").map { String(decoding: $0, as: UTF8.self) } == #"{ "n": 1.0e2 ,"s":"é"}"#)
    #expect(fields.bytes(of: "z") == nil)
  }

  @Test func fieldsAreFoundByTheirUnescapedNamesAndTheLastOneCounts() throws {
    let fields = try JSONFields(parsing: Array(#"{"a\u0062":1,"x":2,"x":3,"é":4,"":5}"#.utf8))
    #expect(try fields.value(of: "ab") == 1)
    #expect(try fields.value(of: "x") == 3)
    #expect(try fields.value(of: "é") == 4)
    #expect(try fields.value(of: "") == 5)
    #expect(try fields.value(of: #"a\u0062"#) == nil)
  }

  @Test(arguments: [
    "", "{", "[1,]", "01", "nul", "\"a\u{1}\"", #""\x""#, "1 2", "-", #"{"a" 1}"#, #"{"a":1,}"#, "1.", "1e", #""\u12"#,
    #""\u12g4""#, #"{"b":[{"c":"\"}]}"#, "[tru]", "[[1,2]", #"{"a":1.50,"b":[true,null,"x\u0000y"],"a":-2e+9}"#,
    #""é\ud83d\ude00\ud83d""#,
  ])
  func fieldsAreCheckedLikeValues(text: String) {
    #expect(Self.failure(of: text, asMember: true) == Self.failure(of: text, asMember: false))
  }

  @Test func fieldsRejectInvalidUTF8AndDepth() throws {
    #expect(throws: JSONParseError.self) {
      try JSONFields(parsing: Array("{\"a\":\"".utf8) + [0xC0, 0x80, 0x22, 0x7D])
    }
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(throws: Never.self) { try JSONFields(parsing: Array("{\"a\":\(nested(256))}".utf8)) }
    #expect(throws: JSONParseError.self) { try JSONFields(parsing: Array("{\"a\":\(nested(257))}".utf8)) }
  }

  /// Where the object `{"m":text}` breaks when its member is passed over, or read.
  private static func failure(of text: String, asMember: Bool) -> JSONParseError? {
    let object = Array("{\"m\":\(text)}".utf8)
    do throws(JSONParseError) {
      if asMember { _ = try JSONFields(parsing: object) } else { _ = try JSONValue(parsing: object) }
      return nil
    } catch {
      return error
    }
  }
}
