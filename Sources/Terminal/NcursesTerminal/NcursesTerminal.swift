import CNcurses
import CTerminalSignals
import Dispatch
import Glibc
import Readiness
package import TerminalCore

/// The operator's terminal. One at a time, on the main thread, whose queue must be running.
///
/// ncurses is used for output only: keys are decoded here, because its own reading waits for what follows an escape.
@MainActor
package final class NcursesTerminal: TerminalDevice {
  package private(set) var size: Size
  package let capabilities: TerminalCapabilities
  /// Bytes written to the terminal so far; 0 unless the options ask for counting.
  package private(set) var bytesWritten = 0

  private let options: NcursesOptions
  private let modes: TerminalModes
  private let isInsideTmux: Bool
  private var painter: CellPainter
  private var decoder: InputDecoder
  private var input: ReadinessSource?
  private var signals: ReadinessSource?
  private var handler: (@MainActor (TerminalEvent) -> Void)?
  /// Tells a time-out that other bytes came first.
  private var inputCount = 0
  private var isSuspended = false
  private var isClosed = false
  /// Takes the keys of a terminal that is lent.
  private var borrower: (@MainActor ([UInt8]) -> Void)?

  /// Takes the terminal over: standard input and output, whatever `TERM` says it is.
  package init(options: NcursesOptions = NcursesOptions(), environment: [String: String]) throws(NcursesFailure) {
    self.options = options
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    let localeIsUTF8 = nc_use_locale() != 0
    let signalChannel = terminal_signals_install(STDIN_FILENO)
    do {
      try Self.openScreen(type: environment["TERM"] ?? "")
    } catch {
      terminal_signals_uninstall()
      throw error
    }
    isInsideTmux = environment["TMUX"]?.isEmpty == false
    modes = TerminalModes(type: environment["TERM"] ?? "")
    let hasNoColor = environment["NO_COLOR"]?.isEmpty == false
    let colors = options.colors ?? (hasNoColor ? 0 : Self.describedColors())
    capabilities = TerminalCapabilities(colors: colors, isUnicode: (options.isUnicode ?? true) && localeIsUTF8)
    painter = CellPainter(capabilities: capabilities)
    decoder = InputDecoder(described: TerminalModes.describedKeys())
    size = Self.windowSize()
    modes.enter()
    resizeterm(Int32(max(1, size.rows)), Int32(max(1, size.columns)))
    signals = readSource(signalChannel) { $0.readSignals(signalChannel) }
    listen()
  }

  package func setEventHandler(_ handler: @escaping @MainActor (TerminalEvent) -> Void) { self.handler = handler }

  package func present(_ surface: Surface) {
    guard !isClosed, !isSuspended else { return }
    counting { painter.paint(surface) }
  }

  package func invalidate() { painter.forget() }

  package func copyToClipboard(_ text: String) -> Bool {
    guard !isClosed, let bytes = ClipboardSequence.bytes(for: text, insideTmux: isInsideTmux) else { return false }
    counting { TerminalModes.write(bytes) }
    return true
  }

  // MARK: Handing the terminal over

  package func suspend() {
    guard !isClosed, !isSuspended else { return }
    isSuspended = true
    input?.cancel()
    input = nil
    modes.leave()
  }

  package func resume() {
    guard !isClosed, isSuspended else { return }
    if borrower != nil { endLoan() }
    isSuspended = false
    listen()
    takeBack()
  }

  package func lend(_ input: @escaping @MainActor ([UInt8]) -> Void) {
    guard !isClosed, !isSuspended else { return }
    suspend()
    modes.lend()
    borrower = input
    listen()
  }

  package func write(_ bytes: [UInt8]) {
    if borrower != nil { TerminalModes.write(bytes) }
  }

  private func endLoan() {
    borrower = nil
    input?.cancel()
    input = nil
    modes.endLoan()
  }

  package func close() {
    guard !isClosed else { return }
    if borrower != nil { endLoan() }
    if !isSuspended { modes.leave() }
    isClosed = true
    input?.cancel()
    signals?.cancel()
    input = nil
    signals = nil
    handler = nil
    terminal_signals_uninstall()
  }

  /// Draws everything again, at the size that the terminal may have got meanwhile.
  private func takeBack() {
    modes.enter()
    let former = painter.presented
    painter.forget()
    updateSize()
    if let former, former.size == size { counting { painter.paint(former) } }
    handler?(.resumed)
  }

  private func stop() {
    // A terminal that is lent has no shell to go back to.
    guard borrower == nil else { return }
    guard !isSuspended else { return terminal_signals_stop() }
    modes.leave()
    terminal_signals_stop()
    takeBack()
  }

  // MARK: Events

  private func listen() { input = readSource(STDIN_FILENO) { $0.readKeys() } }

  private func readSource(
    _ descriptor: Int32, _ handle: @escaping @MainActor (NcursesTerminal) -> Void
  ) -> ReadinessSource {
    let source = ReadinessSource(descriptor, for: .reading, queue: .main)
    source.setEventHandler { [weak self] in
      MainActor.assumeIsolated {
        if let self { handle(self) }
      }
    }
    source.resume()
    return source
  }

  private func readKeys() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    guard count > 0 else {
      if count == 0 || (errno != EINTR && errno != EAGAIN) { hangUp() }
      return
    }
    if let borrower { return borrower(Array(buffer[..<count])) }
    inputCount += 1
    deliver(decoder.feed(buffer[..<count]))
    if decoder.isPending { scheduleTimeout(inputCount) }
  }

  private func scheduleTimeout(_ count: Int) {
    DispatchQueue.main.asyncAfter(deadline: .now() + .milliseconds(options.escapeDelay)) { [weak self] in
      MainActor.assumeIsolated {
        guard let self, self.inputCount == count else { return }
        self.deliver(self.decoder.timeout())
      }
    }
  }

  private func deliver(_ events: [TerminalEvent]) {
    for event in events {
      // In raw mode the terminal does not make a signal of it.
      if event == .key(.control("z")) { stop() } else { handler?(event) }
    }
  }

  private func hangUp() {
    input?.cancel()
    input = nil
    handler?(.hangup)
  }

  private func readSignals(_ channel: Int32) {
    var numbers = [UInt8](repeating: 0, count: 64)
    let count = read(channel, &numbers, numbers.count)
    guard count > 0 else { return }
    for number in numbers[..<count].map(Int32.init) {
      switch number {
      case SIGWINCH: updateSize()
      case SIGTSTP: stop()
      case SIGCONT: if !isSuspended { takeBack() }
      default: handler?(.hangup)
      }
    }
  }

  private func updateSize() {
    // Ncurses hears of it when the terminal comes back.
    if borrower != nil { handler?(.resize(Self.windowSize())) }
    guard !isSuspended else { return }
    let size = Self.windowSize()
    guard size != self.size else { return }
    self.size = size
    resizeterm(Int32(max(1, size.rows)), Int32(max(1, size.columns)))
    painter.forget()
    handler?(.resize(size))
  }

  private func counting(_ body: () -> Void) {
    guard options.countsBytes else { return body() }
    let before = WrittenBytes.ofThisThread()
    body()
    bytesWritten += WrittenBytes.ofThisThread() - before
  }
}
