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
}
