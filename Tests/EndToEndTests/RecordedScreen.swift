import Foundation
import PaddockProgram
import Testing

/// Screens kept beside the tests. What differs from run to run is masked: times, ages, ids, numbers of events.
enum RecordedScreen {
  static func expect(
    _ screen: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = PaddockInstallation.checkout + "/Tests/EndToEndTests/Screens/\(name).screen"
    let masked = screen.split(separator: "\n", omittingEmptySubsequences: false).map { mask(String($0)) }
      .joined(separator: "\n")
    if ProcessInfo.processInfo.environment["RECORD_SCREENS"] == "1" {
      try masked.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("Recorded \(path).", sourceLocation: sourceLocation)
      return
    }
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    let known = Set(comparable(recorded))
    let strange = comparable(masked).filter { !known.contains($0) }
    #expect(strange.count <= tolerated, "\(name): \(strange)\n\(masked)", sourceLocation: sourceLocation)
  }

  /// Real processes write their first lines in an order of their own, and a list's figures move on while the screen is
  /// read; the layout, the dialogs and the bars leave no more lines than these to chance. Exact screens are compared
  /// where nothing is left to it, in ConsoleUITests.
  private static let tolerated = 3

  /// Keeps widths, so that the file looks like the screen.
  private static func mask(_ line: String) -> String {
    line.replacing(#/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) { String(repeating: "#", count: $0.0.count) }
      .replacing(#/[0-9a-f]{8}…[0-9a-f]{6}/#) { _ in "########…######" }
      .replacing(#/\d\d:\d\d(:\d\d)?/#) { zeroed($0.0) }
      .replacing(#/\b\d+(\.\d+)?(\ ms|ms|s|m)\b/#) { zeroed($0.0) }
      .replacing(#/\bseq\ \d+/#) { zeroed($0.0) }
  }

  private static func zeroed(_ text: Substring) -> String {
    String(text.map { $0.isNumber ? "0" : $0 })
  }

  /// Masked figures may be wider or narrower from run to run, and what fills a line with them.
  private static func comparable(_ screen: String) -> [String] {
    // Notices come and go by the clock.
    screen.split(separator: "\n").filter { !$0.hasPrefix(" Recorded:") }.map { line in
      // The list says so when its order would change under the cursor.
      String(line).replacing("order waits · ", with: "").replacing(#/\b[0.]+(\ ms|ms|s|m)\b/#) { _ in "0s" }
        .replacing(#/seq\ 0+/#) { _ in "seq 0" }
        .replacing(#/[\ ]+/#) { _ in " " }
        .replacing(#/─+/#) { _ in "─" }
    }
  }
}
