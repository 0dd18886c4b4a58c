import ControlModel
import TerminalCore

/// The operator's terminal while it is lent to a session in a sandbox.
@MainActor
final class TerminalVisit {
  private enum Input: Sendable {
    case bytes([UInt8])
    case size(TerminalSize)
  }

  /// `^]`, as telnet has it: no shell and no editor has a use for it.
  private static let leave: UInt8 = 0x1D

  private let session: any TerminalSession
  private let device: any TerminalDevice
  private let inputs: AsyncStream<Input>
  private let feed: AsyncStream<Input>.Continuation
  private var wasLeft = false

  init(_ session: any TerminalSession, on device: any TerminalDevice) {
    self.session = session
    self.device = device
    (inputs, feed) = AsyncStream.makeStream()
  }

  func resize(_ size: Size) { feed.yield(.size(TerminalSize(size))) }

  func close() async {
    feed.finish()
    await session.close()
  }

  /// Until the other end closes, the operator leaves, or the connection is lost; the terminal is the console's again then.
  func run() async -> String {
    device.lend { [weak self] bytes in self?.typed(bytes) }
    device.write(Array("\r\n── \(CleanText(untrusted: session.title).text) · ^] leaves ──\r\n".utf8))
    let writing = Task { [session, inputs] in await Self.write(inputs, to: session) }
    let outcome = await show()
    await close()
    await writing.value
    device.resume()
    return wasLeft ? "It was left." : outcome
  }

  private func show() async -> String {
    do throws(ControlFailure) {
      while let bytes = try await session.next() { device.write(bytes) }
      return await session.outcome()
    } catch {
      return error.description
    }
  }

  private func typed(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: Self.leave) else {
      feed.yield(.bytes(bytes))
      return
    }
    if end > 0 { feed.yield(.bytes(Array(bytes[..<end]))) }
    wasLeft = true
    Task { await close() }
  }

  private static func write(_ inputs: AsyncStream<Input>, to session: any TerminalSession) async {
    for await input in inputs {
      do throws(ControlFailure) {
        switch input {
        case .bytes(let bytes): try await session.write(bytes)
        case .size(let size): try await session.resize(size)
        }
      } catch {
        // Whoever reads is told of the loss as well.
        return await session.close()
      }
    }
  }
}

extension TerminalSize {
  init(_ size: Size) { self.init(columns: size.columns, rows: size.rows) }
}
