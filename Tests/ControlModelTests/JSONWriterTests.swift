import ControlModel
import Testing

@Suite struct JSONWriterTests {
  @Test func `Every character below 128 is read back wherever it stands in a text`() throws {
    for byte in UInt8(0)..<128 {
      let character = String(Unicode.Scalar(byte))
      for text in [character, "a\(character)", "\(character)b", "ä\(character)\(character)€"] {
        #expect(try JSONValue(parsing: JSONValue.string(text).text) == .string(text))
      }
    }
  }

  @Test func `No control character is written as it is, and nothing else is escaped`() {
    let text = "a\u{7F}\n\r\t\u{1B}\"\\/é"
    #expect(JSONValue.string(text).text == #""a\u007f\n\r\t\u001b\"\\/é""#)
    #expect(JSONValue.string("").text == #""""#)
  }
}
