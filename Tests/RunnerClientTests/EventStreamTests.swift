import ControlModel
import HTTPTransport
import LoopbackServer
import Testing

@testable import RunnerClient

@Suite struct EventStreamTests {
  @Test func readsEveryEventOnceInOrder() async throws {
    let count = 20_000
    let server = try events { connection in
      for number in 0..<count {
        if number % 1000 == 0 { connection.writeChunk("\n") }
        guard connection.writeChunk(Self.line(41 + Int64(number))) else { return }
      }
      connection.write("0\r\n\r\n")
    }
    defer { server.stop() }
    var next: Int64 = 41
    for try await batch in try client(of: server).events(after: 40) {
      #expect(!batch.isEmpty && batch.count <= EventBatches.maximumBatch)
      for event in batch {
        #expect(event.seq == next)
        next += 1
      }
    }
    #expect(next == 41 + Int64(count))
  }

  @Test func deliversAnEventWhileTheStreamStaysOpen() async throws {
    let seen = Signal()
    let server = try events { connection in
      connection.writeChunk(Self.line(1))
      connection.waitForClose()
      seen.send()
    }
    defer { server.stop() }
    let client = try client(of: server)
    let task = Task {
      for try await batch in client.events(after: 0) { return batch.map(\.seq) }
      return []
    }
    #expect(try await task.value == [1])
    await seen.wait()
  }

  @Test(arguments: [(3, "event 3 where 2 was due"), (1, "event 1 where 2 was due")])
  func refusesGapsAndRepeats(second: Int64, text: String) async throws {
    let server = try events { connection in
      connection.writeChunk(Self.line(1) + Self.line(second))
      connection.waitForClose()
    }
    defer { server.stop() }
    var read: [Int64] = []
    let stream = try client(of: server).events(after: 0)
    do {
      for try await batch in stream { read += batch.map(\.seq) }
      Issue.record("it went on")
    } catch {
      let failure = try #require(error as? ControlFailure)
      #expect(failure.code == .malformed && failure.summary.contains(text))
    }
    #expect(read == [1])
  }

  @Test func namesALineThatIsNoEvent() async throws {
    let server = try events { connection in
      connection.writeChunk(Self.line(1) + "{\"seq\":2}\n")
      connection.waitForClose()
    }
    defer { server.stop() }
    let stream = try client(of: server).events(after: 0)
    await #expect { for try await _ in stream {} } throws: {
      ($0 as? ControlFailure)?.summary
        == "The runner's line after event 1 is no event: 'time' is missing or of the wrong type."
    }
  }

  @Test func failsWhenTheRunnerFallsSilentOrBreaksOff() async throws {
    let silent = try events { connection in
      connection.writeChunk("\n")
      connection.waitForClose()
    }
    defer { silent.stop() }
    let broken = try events { connection in
      connection.writeChunk(Self.line(1) + "{\"seq\"")
      connection.write("0\r\n\r\n")
    }
    defer { broken.stop() }
    for server in [silent, broken] {
      let stream = try client(of: server, idleTimeout: .milliseconds(300)).events(after: 0)
      await #expect { for try await _ in stream {} } throws: { ($0 as? ControlFailure)?.code == .unavailable }
    }
  }

  private func events(_ write: @escaping @Sendable (Connection) -> Void) throws -> LoopbackServer {
    try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      write(connection)
    }
  }

  private func client(of server: LoopbackServer, idleTimeout: Duration = .seconds(45)) throws -> RunnerClient {
    RunnerClient(try HTTPTransport(), baseURL: server.url, token: "t", idleTimeout: idleTimeout)
  }

  private static func line(_ seq: Int64) -> String {
    let event = Event(seq: seq, time: Timestamp(microseconds: seq), content: EventDraft(.output, "line \(seq)"))
    return String(decoding: EventLine.encode(event), as: UTF8.self)
  }
}
