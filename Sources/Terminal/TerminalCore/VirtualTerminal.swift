/// A terminal off the screen, for tests and for screens in documents.
@MainActor
package final class VirtualTerminal: TerminalDevice {
  package private(set) var size: Size
  package var capabilities: TerminalCapabilities
  /// What was shown last.
  package private(set) var surface: Surface
  package private(set) var presentations = 0
  package private(set) var clipboard: String?
  package private(set) var isSuspended = false
  package private(set) var isClosed = false
  /// By whom the terminal was lent to.
  package private(set) var written: [UInt8] = []
  private var borrower: (@MainActor ([UInt8]) -> Void)?
  private var handler: (@MainActor (TerminalEvent) -> Void)?

  package init(
    size: Size = Size(columns: 80, rows: 24),
    capabilities: TerminalCapabilities = TerminalCapabilities(colors: 256, isUnicode: true)
  ) {
    self.size = size
    self.capabilities = capabilities
    surface = Surface(size: size)
  }

  package func setEventHandler(_ handler: @escaping @MainActor (TerminalEvent) -> Void) { self.handler = handler }

  package func present(_ surface: Surface) {
    self.surface = surface
    presentations += 1
  }

  package func invalidate() {}
  package func suspend() { isSuspended = true }
  package func resume() {
    isSuspended = false
    borrower = nil
  }

  package func lend(_ input: @escaping @MainActor ([UInt8]) -> Void) {
    isSuspended = true
    borrower = input
  }

  package func write(_ bytes: [UInt8]) { written += bytes }

  /// What is typed while the terminal is lent; false when it is not.
  @discardableResult
  package func type(_ text: String) -> Bool {
    borrower?(Array(text.utf8))
    return borrower != nil
  }

  package func close() { isClosed = true }

  package func copyToClipboard(_ text: String) -> Bool {
    clipboard = text
    return true
  }

  package func send(_ event: TerminalEvent) {
    if case .resize(let size) = event { self.size = size }
    handler?(event)
  }

  /// Presses the keys of a notation such as "g t ret"; false, and nothing pressed, when it is not understood.
  @discardableResult
  package func press(_ notation: String) -> Bool {
    guard let sequence = KeySequence(notation: notation) else { return false }
    for key in sequence.keys { send(.key(key)) }
    return true
  }
}
