import CPostgres
import Dispatch
import QueueExecutor

extension PostgresConnection {
  func open() async throws(PostgresError) {
    let deadline = DispatchTime.now() + (try configuration.connectDeadline())
    let handle = try start()
    self.handle = handle
    do throws(PostgresError) {
      try await cancellableHandshake(handle, until: deadline)
      try await prepareSession()
    } catch {
      lacksPassword = PQconnectionNeedsPassword(handle.pointer) == 1
      // libpq's own words, without a code: but no second try would be answered otherwise.
      let failure = lacksPassword ? PostgresError.server(Self.missingPassword(handle.message)) : error
      drop(failure)
      throw failure
    }
  }

  private static func missingPassword(_ message: String) -> PostgresServerError {
    PostgresServerError(sqlstate: "28P01", message: message)
  }

  private func start() throws(PostgresError) -> ConnectionHandle {
    let keywords = configuration.keywords.map { $0.0 }
    let values = configuration.keywords.map { $0.1 }
    let pointer = withCStrings(keywords) { keywords in
      withCStrings(values) { PQconnectStartParams(keywords, $0, 1) }
    }
    guard let pointer else { throw .connectionFailed("out of memory") }
    let handle = ConnectionHandle(pointer)
    guard PQstatus(pointer) != CONNECTION_BAD else { throw .connectionFailed(handle.message) }
    return handle
  }

  private func cancellableHandshake(
    _ handle: ConnectionHandle, until deadline: DispatchTime
  ) async throws(PostgresError) {
    let result: Result<Void, PostgresError> = await withTaskCancellationHandler {
      do throws(PostgresError) {
        return .success(try await handshake(handle, until: deadline))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      executor.queue.async { self.assumeIsolated { $0.endWait(.interrupted) } }
    }
    try result.get()
  }

  private func handshake(_ handle: ConnectionHandle, until deadline: DispatchTime) async throws(PostgresError) {
    // Before the first call of PQconnectPoll, libpq wants its socket writable.
    var next = PGRES_POLLING_WRITING
    while next != PGRES_POLLING_OK {
      guard next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING else {
        throw .connectionFailed(handle.message)
      }
      if Task.isCancelled { throw .cancelled }
      let isReading = next == PGRES_POLLING_READING
      switch try await waitForSocket(reading: isReading, writing: !isReading, until: deadline) {
      case .ready: next = PQconnectPoll(handle.pointer)
      case .timedOut: throw .connectionFailed("\(configuration) did not answer in time")
      case .interrupted: throw Task.isCancelled ? .cancelled : .closed
      }
    }
  }

  private func prepareSession() async throws(PostgresError) {
    guard PQsetnonblocking(try connected(), 1) == 0 else { throw lost() }
    guard let timeout = configuration.statementTimeout else { return }
    try await script("SET statement_timeout = \(Int(timeout * 1000))")
  }
}

/// A NULL-terminated array of C strings for the time of the call.
private func withCStrings<Value>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value?
) -> Value? {
  let buffers = strings.map { Array($0.utf8CString) }
  var flat: [CChar] = []
  var offsets: [Int] = []
  for buffer in buffers {
    offsets.append(flat.count)
    flat += buffer
  }
  return flat.withUnsafeBufferPointer { flat -> Value? in
    guard let base = flat.baseAddress else { return nil }
    let pointers = offsets.map { UnsafePointer<CChar>?(base + $0) } + [nil]
    return pointers.withUnsafeBufferPointer { $0.baseAddress.flatMap(body) }
  }
}
