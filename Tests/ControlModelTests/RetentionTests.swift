import ControlModel
import Testing

@Suite struct RetentionTests {
  @Test func aTermIsReadOrRefused() throws {
    #expect(try Retention.days("90d") == 90)
    #expect(try Retention.days("12w") == 84)
    #expect(try Retention.days("2y") == 730)
    #expect(try Retention.days("forever") == nil)
    for text in ["", "d", "90", "0d", "-1d", "+1d", "1.5d", "90 d", "36501d", "99999999999999999999d", "٣d"] {
      #expect(throws: ControlFailure.self, "\(text)") { try Retention.days(text) }
    }
  }
}
