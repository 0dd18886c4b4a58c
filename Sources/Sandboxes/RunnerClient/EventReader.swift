import ControlModel
import HTTPTransport
import RunnerProtocol

/// One reading of a runner's journal, pulled batch by batch: what is not asked for waits at the runner.
actor EventReader {
  private let client: RunnerClient
  private let start: Int64
  private var batches: EventBatches
  private var body: HTTPBody?

  init(_ client: RunnerClient, after seq: Int64) {
    self.client = client
    start = seq
    batches = EventBatches(after: seq)
  }

  /// All events that have arrived, up to the limit of a batch; `nil` when the runner has ended the stream.
  func next() async throws(ControlFailure) -> [Event]? {
    let body = try await open()
    while true {
      if let batch = try batches.next() { return batch }
      let bytes: [UInt8]?
      do { bytes = try await body.next() } catch { throw ControlFailure(error) }
      guard let bytes else { break }
      try batches.append(bytes)
    }
    try batches.finish()
    return nil
  }

  private func open() async throws(ControlFailure) -> HTTPBody {
    if let body { return body }
    var request = client.request("GET", RunnerPath.events(after: start))
    request.idleTimeout = client.idleTimeout
    switch try await client.channel.open(request) {
    case .stream(let stream):
      body = stream
      return stream
    case .answer(let response): throw ErrorBody.failure(status: response.status, body: response.body)
    }
  }
}
