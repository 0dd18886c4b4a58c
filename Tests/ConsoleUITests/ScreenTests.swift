import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Whole screens, compared with files; `RECORD_SCREENS=1` writes them and fails.
@Suite struct ScreenTests {
  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func sessionsAndATranscriptAreShown(columns: Int, rows: Int) throws {
    var user = Operator(columns, rows)
    user.happen(.key(.home))
    user.press("down down down down ret")
    try Screens.expect(user.surface(), "reading-\(columns)x\(rows)")
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func aRestartDialogSaysWhatSurvives(columns: Int, rows: Int) throws {
    var user = Operator(columns, rows)
    user.press("r")
    user.wait(1)
    try Screens.expect(user.surface(), "restart-\(columns)x\(rows)")
  }
}
