import HTTPTransport

/// A command that runs in a container, or the one that runs there already, over a WebSocket. One task reads; any may
/// write. Letting go of it closes it.
package actor RemoteSession {
  package enum Output: Sendable, Hashable {
    /// What a terminal shows is output, whatever it was written to.
    case output([UInt8])
    case errorOutput([UInt8])
    /// The last that is read.
    case ended(RemoteCommandOutcome)
  }

  /// Larger writes go in pieces, so that a new size of the terminal does not wait for all of them.
  private static let largestMessage = 32 << 10

  /// Keeps the transport, which ends what it carries when it goes.
  private let api: KubernetesAPI
  private let connection: DuplexConnection
  private let version: RemoteCommandProtocol
  private let subject: RequestSubject
  private var reader = WebSocketReader()
  private var read: [WebSocketReader.Item] = []
  private var isOver = false
  private var isWriting = false
  private var writers: [CheckedContinuation<Void, Never>] = []

  init(
    _ api: KubernetesAPI, _ connection: DuplexConnection, _ version: RemoteCommandProtocol, _ subject: RequestSubject
  ) {
    self.api = api
    self.connection = connection
    self.version = version
    self.subject = subject
  }

  /// `nil` after the end. Throws when the connection broke before the command's end was told.
  package func next() async throws(KubernetesError) -> Output? {
    while !isOver {
      if read.isEmpty { try await receive() }
      while !read.isEmpty {
        if let output = try take(read.removeFirst()) { return output }
      }
    }
    return nil
  }

  package func write(_ bytes: [UInt8]) async throws(KubernetesError) {
    for start in stride(from: 0, to: bytes.count, by: Self.largestMessage) {
      let piece = bytes[start..<min(start + Self.largestMessage, bytes.count)]
      try await send(.init(opcode: .binary, payload: RemoteCommandProtocol.input(Array(piece))))
    }
  }

  /// Of the terminal, in cells.
  package func resize(columns: Int, rows: Int) async throws(KubernetesError) {
    try await send(.init(opcode: .binary, payload: RemoteCommandProtocol.size(columns: columns, rows: rows)))
  }

  /// Ends the input while output goes on. `false` where the server is too old for that: such a command ends by what it
  /// reads (`^D` in a terminal), or by `close`.
  package func endInput() async throws(KubernetesError) -> Bool {
    guard version == .v5 else { return false }
    try await send(.init(opcode: .binary, payload: RemoteCommandProtocol.endOfInput))
    return true
  }

  /// What runs in the container hears of it when it next reads or writes, if at all.
  package func close() {
    isOver = true
    connection.close()
  }

  // MARK: Frames

  private func receive() async throws(KubernetesError) {
    let bytes: [UInt8]?
    do { bytes = try await connection.read() } catch { throw .transport(error) }
    guard let bytes else { throw broken("it ends before the command's end was told") }
    do { read += try reader.append(bytes) } catch { throw broken(error.description) }
  }

  private func take(_ item: WebSocketReader.Item) throws(KubernetesError) -> Output? {
    switch item {
    case .pong: return nil
    case .ping(let payload):
      // Reading never waits for writing: the other side may be waiting for us to read.
      Task { try? await send(.init(opcode: .pong, payload: payload)) }
      return nil
    case .close(_, let reason):
      throw broken(reason.isEmpty ? "the server closed it before the command's end was told" : reason)
    case .message(let message): return try take(message)
    }
  }

  private func take(_ message: [UInt8]) throws(KubernetesError) -> Output? {
    let received: RemoteCommandProtocol.Received?
    do { received = try RemoteCommandProtocol.read(message) } catch { throw broken(error.description) }
    switch received {
    case .output(let bytes): return .output(bytes)
    case .errorOutput(let bytes): return .errorOutput(bytes)
    case .ended(let outcome):
      close()
      return .ended(outcome)
    case nil: return nil
    }
  }

  private func send(_ frame: WebSocketFrame) async throws(KubernetesError) {
    while isWriting { await withCheckedContinuation { writers.append($0) } }
    isWriting = true
    defer {
      isWriting = false
      if !writers.isEmpty { writers.removeFirst().resume() }
    }
    do { try await connection.write(frame.encoded()) } catch { throw .transport(error) }
  }

  private func broken(_ reason: String) -> KubernetesError {
    isOver = true
    connection.close()
    return .unreadable(subject: "The connection to \(subject)", reason: reason)
  }
}
