/// A few connections that are made when needed, lent to one caller at a time and replaced when they are lost.
package actor PostgresPool {
  package nonisolated let configuration: PostgresConfiguration
  private let size: Int
  /// Seconds that a caller waits for a connection: for a free one, or for the server to come back.
  private let patience: Double
  private let longestQueue: Int

  private var idle: [PostgresConnection] = []
  private var lent = 0
  private var waiting: [Waiter] = []
  private var lastWaiter: UInt64 = 0
  private var isClosed = false

  private struct Waiter {
    let id: UInt64
    let continuation: CheckedContinuation<Result<PostgresConnection?, PostgresError>, Never>
  }

  package init(
    _ configuration: PostgresConfiguration, size: Int = 4, patience: Double = 15, longestQueue: Int = 1000
  ) {
    self.configuration = configuration
    self.size = max(1, size)
    self.patience = patience
    self.longestQueue = longestQueue
  }

  /// Lends a connection for the time of the body. The body is never run twice: a caller for whom a lost connection is
  /// not the end tries again.
  package nonisolated func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try await take()
    do {
      let value = try await body(connection)
      await give(connection)
      return value
    } catch {
      await give(connection)
      throw error
    }
  }

  package nonisolated func transaction<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await withConnection { try await $0.transaction(body) }
  }

  /// Refuses new callers and closes the connections; those that are lent close when they come back.
  package func close() async {
    isClosed = true
    for waiter in waiting { waiter.continuation.resume(returning: .failure(.closed)) }
    waiting = []
    let closing = idle
    idle = []
    for connection in closing { await connection.close() }
  }
}

extension PostgresPool {
  package func query(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) async throws(PostgresError) -> [PostgresRow] {
    try await lending { connection throws(PostgresError) in try await connection.query(sql, parameters) }
  }

  @discardableResult
  package func execute(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) async throws(PostgresError) -> Int {
    try await lending { connection throws(PostgresError) in try await connection.execute(sql, parameters) }
  }

  package func script(_ sql: String) async throws(PostgresError) {
    try await lending { connection throws(PostgresError) in try await connection.script(sql) }
  }

  @discardableResult
  package nonisolated func copyIn(
    _ sql: String, _ rows: (inout PostgresCopyWriter) -> Void
  ) async throws(PostgresError) -> Int {
    var writer = PostgresCopyWriter()
    rows(&writer)
    let written = writer
    return try await lending { connection throws(PostgresError) in try await connection.copyIn(sql, written) }
  }

  private nonisolated func lending<Value: Sendable>(
    _ body: (PostgresConnection) async throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    let connection = try await take()
    let result: Result<Value, PostgresError>
    do throws(PostgresError) {
      result = .success(try await body(connection))
    } catch {
      result = .failure(error)
    }
    await give(connection)
    return try result.get()
  }
}

extension PostgresPool {
  private func take() async throws(PostgresError) -> PostgresConnection {
    if isClosed { throw .closed }
    if Task.isCancelled { throw .cancelled }
    if lent < size {
      lent += 1
    } else if let handedOver = try await waitForTurn() {
      return handedOver
    }
    do throws(PostgresError) {
      while let connection = idle.popLast() {
        if await connection.isUsable() { return connection }
      }
      return try await connect()
    } catch {
      passOn(nil)
      throw error
    }
  }

  private func give(_ connection: PostgresConnection) async {
    // A body that left a transaction open would lend it to the next caller.
    if await connection.isInTransaction { await connection.close() }
    let isUsable = await connection.isUsable()
    if isClosed { await connection.close() }
    passOn(isUsable && !isClosed ? connection : nil)
  }

  /// Gives a place, with its connection where there is a good one, to the caller who waits longest.
  private func passOn(_ connection: PostgresConnection?) {
    if !waiting.isEmpty {
      waiting.removeFirst().continuation.resume(returning: .success(connection))
    } else {
      lent -= 1
      if let connection { idle.append(connection) }
    }
  }

  /// A place of the pool; nil where its connection has to be made first.
  private func waitForTurn() async throws(PostgresError) -> PostgresConnection? {
    guard waiting.count < longestQueue else { throw .tooManyWaiting(waiting.count) }
    lastWaiter += 1
    let id = lastWaiter
    let alarm = Task { [patience] in
      try await Task.sleep(for: .seconds(patience))
      dismiss(id, .timedOut)
    }
    defer { alarm.cancel() }
    let result: Result<PostgresConnection?, PostgresError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { return continuation.resume(returning: .failure(.cancelled)) }
        waiting.append(Waiter(id: id, continuation: continuation))
      }
    } onCancel: {
      Task { await dismiss(id, .cancelled) }
    }
    return try result.get()
  }

  private func dismiss(_ id: UInt64, _ error: PostgresError) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: .failure(error))
  }

  /// Seconds without a word after which a server is silent, and a caller is told so sooner than a second try would.
  private static let silence = 4.0

  /// Tries for as long as a caller is patient, unless the server itself says no, or nothing at all.
  private func connect() async throws(PostgresError) -> PostgresConnection {
    let begin = ContinuousClock.now
    var backoff = Backoff(first: 0.02, longest: 1)
    while true {
      let attempt = ContinuousClock.now
      do throws(PostgresError) {
        return try await PostgresConnection.connect(configuration)
      } catch {
        if ContinuousClock.now - attempt >= .seconds(Self.silence) { throw error }
        let delay = backoff.delay()
        let end = begin + .seconds(min(patience, error.longestWait))
        guard !isClosed, ContinuousClock.now + .seconds(delay) < end else { throw error }
        guard (try? await Task.sleep(for: .seconds(delay))) != nil else { throw .cancelled }
      }
    }
  }
}

extension PostgresError {
  /// Seconds for which it may pass by itself. A server that is starting or stopping (57P…) comes back; one that is full
  /// may stay so, which is better said soon. A connection that was lost while it was being made may have met the role's
  /// own time-out for idle ones.
  fileprivate var longestWait: Double {
    switch self {
    case .connectionFailed, .connectionLost: .infinity
    case .refused(let error) where error.sqlstate.hasPrefix("57P"): .infinity
    case .refused(let error) where error.sqlstate == "53300": 3
    default: 0
    }
  }
}
