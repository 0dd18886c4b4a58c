import Testing

@testable import HTTPTransport

@Suite struct LineFramingTests {
  @Test func cutsTheSameLinesWhereverPiecesEnd() throws {
    let text = Array("a\n\nbcd\r\n\r\ne\rf\nlast".utf8)
    let expected = ["a", "", "bcd", "", "e\rf"].map { Array($0.utf8) }
    for first in 0...text.count {
      for second in first...text.count {
        var framing = LineFraming()
        var lines: [[UInt8]] = []
        for range in [0..<first, first..<second, second..<text.count] {
          lines += try framing.append(Array(text[range]))
        }
        #expect(lines == expected)
        #expect(framing.finish() == Array("last".utf8))
        #expect(framing.finish() == nil)
      }
    }
  }

  @Test func refusesALineThatIsTooLong() throws {
    var framing = LineFraming(maximumLength: 4)
    #expect(try framing.append(Array("1234\n12".utf8)) == [Array("1234".utf8)])
    #expect(throws: LineTooLong(limit: 4)) { try framing.append(Array("345".utf8)) }
  }
}
