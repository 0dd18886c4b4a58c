import CPostgres
import QueueExecutor

/// One connection, for one user at a time: statements of several tasks queue up, but share transactions and settings.
///
/// Everything of libpq happens on the connection's own queue and never waits there: sockets are waited for with sources of
/// readiness. A connection that was lost stays lost; `PostgresPool` makes new ones.
package actor PostgresConnection {
  package nonisolated let configuration: PostgresConfiguration
  nonisolated let executor = QueueExecutor(label: "dev.paddock.postgres")

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// nil before the connection is made and after it was lost or closed.
  var handle: ConnectionHandle?
  var statements: StatementCache
  var loss: PostgresError = .closed
  /// The process that answered first, by its own account.
  package internal(set) var serverProcess: Int32 = 0
  /// The server asked for a password, and there was none.
  var lacksPassword = false

  /// The operation that has the connection, and those that come after it.
  var operation: Operation?
  var waiting: [CheckedContinuation<Void, Never>] = []
  private var isTaken = false
  private var lastOperation: UInt64 = 0
  private(set) var isClosing = false

  var socketWait: SocketWait?
  var lastWait: UInt64 = 0

  init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
    statements = StatementCache(capacity: configuration.statementCacheSize)
  }

  package static func connect(
    _ configuration: PostgresConfiguration
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = PostgresConnection(configuration)
    try await connection.open()
    return connection
  }

  /// Ends the connection at once, whatever it is doing.
  package func close() async {
    isClosing = true
    endWait(.interrupted)
    await acquire()
    drop(.closed)
    release()
  }

  /// False once the connection is known to be lost. Reads what the server said meanwhile, such as its farewell.
  package func isUsable() -> Bool {
    guard let handle, !isClosing else { return false }
    guard operation == nil else { return true }
    // The first read takes in the server's last words, the second finds that nothing comes after them.
    if PQconsumeInput(handle.pointer) == 1, PQconsumeInput(handle.pointer) == 1,
      PQstatus(handle.pointer) == CONNECTION_OK
    {
      return true
    }
    drop(.connectionLost(handle.message))
    return false
  }

  /// The number of the server's process that serves this connection.
  package var backendPID: Int32 { handle.map { PQbackendPID($0.pointer) } ?? 0 }

  /// False when something between here and the server answers to the number of another process: a pooler, which gives its
  /// clients numbers of its own.
  package var isDirect: Bool { serverProcess == backendPID }

  /// How the database keeps text: `UTF8`, `LATIN1`, `SQL_ASCII`, …
  package var serverEncoding: String {
    handle.flatMap { PQparameterStatus($0.pointer, "server_encoding") }.map { String(cString: $0) } ?? ""
  }
}

extension PostgresConnection {
  struct Operation {
    let id: UInt64
    let began = ContinuousClock.now
    /// A listener is not in the middle of a statement: there is nothing for the server to cancel.
    var isListening = false
    var isCancelled = false
    /// A cancel request is on its way; the next statement must not run before it has arrived.
    var cancelInFlight = false
    var cancelWaiter: CheckedContinuation<Void, Never>?
  }

  /// Runs the body when its turn comes; task cancellation cancels the statement on the server.
  func operate<Value>(
    shielded: Bool = false, listening: Bool = false, _ body: () async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    let id = try await begin(shielded: shielded, listening: listening)
    let result: Result<Value, PostgresError>
    do throws(PostgresError) {
      result = .success(shielded ? try await body() : try await cancellable(id, body))
    } catch {
      result = .failure(error)
    }
    await end()
    return try result.get()
  }

  /// Takes the connection. Every `begin` is followed by one `end`.
  func begin(shielded: Bool = false, listening: Bool = false) async throws(PostgresError) -> UInt64 {
    await acquire()
    if isClosing || handle == nil || (!shielded && Task.isCancelled) {
      defer { release() }
      if isClosing { throw .closed }
      throw handle == nil ? loss : .cancelled
    }
    lastOperation += 1
    operation = Operation(id: lastOperation, isListening: listening)
    return lastOperation
  }

  func end() async {
    if operation?.cancelInFlight == true, handle != nil {
      await withCheckedContinuation { operation?.cancelWaiter = $0 }
    }
    operation = nil
    release()
  }

  func cancellable<Value>(
    _ id: UInt64, _ body: () async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    let result: Result<Value, PostgresError> = await withTaskCancellationHandler {
      do throws(PostgresError) { return .success(try await body()) } catch { return .failure(error) }
    } onCancel: {
      requestCancel(id)
    }
    return try result.get()
  }

  /// libpq's connection, or why there is none.
  func connected() throws(PostgresError) -> OpaquePointer {
    guard let handle else { throw loss }
    return handle.pointer
  }

  /// Gives the connection up and says why.
  func lost(_ reason: String? = nil) -> PostgresError {
    let message = reason ?? handle?.message ?? "it was closed"
    let error: PostgresError = isClosing ? .closed : .connectionLost(message.isEmpty ? "the server is gone" : message)
    drop(error)
    return error
  }

  func drop(_ reason: PostgresError) {
    if handle != nil { loss = reason }
    handle = nil
    statements = StatementCache(capacity: configuration.statementCacheSize)
    cancelArrived()
  }

  func acquire() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func release() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
