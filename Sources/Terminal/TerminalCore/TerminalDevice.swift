package enum TerminalEvent: Sendable, Hashable {
  case key(Key)
  /// Pasted text, unsanitised; never interpreted as keys.
  case paste(String)
  case resize(Size)
  case focus(Bool)
  /// The program continues after a stop (SIGCONT); the device has already redrawn what it showed.
  case resumed
  /// The terminal is gone, or a signal asks the program to end.
  case hangup
}

package struct TerminalCapabilities: Sendable, Hashable {
  /// 0 (no colour at all, or `NO_COLOR`), 8, 16 or 256.
  package var colors: Int
  /// Whether the effective locale is UTF-8.
  package var isUnicode: Bool

  package init(colors: Int, isUnicode: Bool) {
    self.colors = colors
    self.isUnicode = isUnicode
  }

  package var glyphs: GlyphSet { isUnicode ? .unicode : .ascii }
}

/// A screen and a keyboard. It belongs to the UI thread, as everything that draws does.
@MainActor
package protocol TerminalDevice: AnyObject {
  var size: Size { get }
  var capabilities: TerminalCapabilities { get }

  /// Takes events from now on, on the UI thread, one at a time.
  func setEventHandler(_ handler: @escaping @MainActor (TerminalEvent) -> Void)
  /// Shows the surface; what did not change since the last one is not sent again.
  func present(_ surface: Surface)
  /// Sends everything again with the next surface: another program may have written on the screen.
  func invalidate()
  /// Hands the terminal back, for a child program such as an editor.
  func suspend()
  func resume()
  /// Lends the terminal to a program elsewhere until `resume`: nothing is drawn, each key comes as the bytes it is, and
  /// new sizes are told as ever.
  func lend(_ input: @escaping @MainActor ([UInt8]) -> Void)
  /// Bytes of that program, as they are.
  func write(_ bytes: [UInt8])
  /// Hands the terminal back for good; a second call does nothing.
  func close()
  /// Puts text into the operator's clipboard where the terminal allows it; false when it is too long for that.
  func copyToClipboard(_ text: String) -> Bool
}
