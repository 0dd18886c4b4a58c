import ControlModel
import Glibc
import LoopbackServer
import RunnerProtocol
import Synchronization

/// A runner's side of the protocol, at an address of its own on the port that all runners have.
final class PlayedRunner: Sendable {
  private struct State {
    var heads: [[String]] = []
    var events: [Int64]
    var streams: [Int32] = []
  }

  let host: String
  private let state: Mutex<State>

  /// It has these events, and keeps its streams open until it is gone.
  init(host: String = PlayedRunner.newHost(), events: ClosedRange<Int64>) {
    self.host = host
    state = Mutex(State(events: Array(events)))
  }

  static func newHost() -> String {
    "127.\(Int.random(in: 1...250)).\(Int.random(in: 0...250)).\(Int.random(in: 1...250))"
  }

  func listen() throws -> LoopbackServer {
    try LoopbackServer(host: host, port: 8377) { [self] connection in
      while let request = connection.readRequest() {
        state.withLock { $0.heads.append([request.line] + request.fields) }
        guard request.line.hasPrefix("GET \(RunnerPath.events)") else {
          guard connection.respond("200 OK", "{}") else { return }
          continue
        }
        return stream(request.line, to: connection)
      }
    }
  }

  /// All that was asked, each with its fields.
  var heads: [[String]] { state.withLock { $0.heads } }

  func asked(_ start: String) -> Bool { heads.contains { $0.first?.hasPrefix(start) == true } }

  private func stream(_ line: String, to connection: Connection) {
    state.withLock { $0.streams.append(connection.descriptor) }
    let after = line.split(separator: "=").last?.split(separator: " ").first.flatMap { Int64($0) } ?? 0
    connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for seq in state.withLock({ $0.events }) where seq > after {
      let event = Event(seq: seq, time: .now(), content: EventDraft(.output, "event \(seq)"))
      connection.writeChunk(String(decoding: EventLine.encode(event), as: UTF8.self))
    }
    connection.waitForClose()
    state.withLock { $0.streams.removeAll { $0 == connection.descriptor } }
  }

  /// As a pod's network goes away: what is open ends in the middle.
  func leave() {
    state.withLock { for stream in $0.streams { shutdown(stream, Int32(SHUT_RDWR)) } }
  }
}
