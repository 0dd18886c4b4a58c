import ControlModel
import Glibc
import RunnerProtocol
import Synchronization

/// The runners of many sessions behind one port of the loopback: what a core hears when each is in a pod of its own.
/// Who is asked says the token, which is the session's id.
final class StreamedRunners: Sendable {
  private struct Stream {
    var descriptor: Int32
    var session: SessionID
    var mix: EventMix
    var seq: Int64
  }

  private struct State {
    var streams: [Stream] = []
    var sent = 0
  }

  let port: UInt16
  private let listener: Int32
  private let state = Mutex(State())

  init() throws(BenchmarkFailure) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { [listener] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1024) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isListening else { throw BenchmarkFailure("no port for the runners: errno \(errno)") }
    port = UInt16(bigEndian: address.sin_port)
    let accepting = listener
    thread { self.accept(accepting) }
  }

  func close() {
    shutdown(listener, Int32(SHUT_RDWR))
    for stream in state.withLock({ $0.streams }) { shutdown(stream.descriptor, Int32(SHUT_RDWR)) }
  }

  var streams: Int { state.withLock { $0.streams.count } }
  var sent: Int { state.withLock { $0.sent } }

  /// One event from each of `count` runners, in turn from the one at `first` on.
  func speak(from first: Int, count: Int) {
    state.withLock { state in
      for index in first..<(first + count) {
        let place = index % state.streams.count
        state.streams[place].seq += 1
        let event = state.streams[place].mix.event(state.streams[place].seq)
        writeChunk(EventLine.encode(event), to: state.streams[place].descriptor)
        state.sent += 1
      }
    }
  }

  // MARK: One connection

  private func accept(_ listener: Int32) {
    while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
      thread { self.serve(connection) }
    }
  }

  private func serve(_ connection: Int32) {
    while let head = readHead(connection) {
      guard let session = session(in: head) else { break }
      if head.hasPrefix("GET \(RunnerPath.events)") { return stream(session, to: connection) }
      let status = RunnerStatus(
        session: session, generation: 1, seq: 1, runtime: .working, runtimeSessionID: nil, startedAt: .now())
      let body = JSONValue.object(status.json).text
      write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", to: connection)
    }
    Glibc.close(connection)
  }

  /// Its journal begins with the runner's start; what follows is said by `speak`.
  private func stream(_ session: SessionID, to connection: Int32) {
    let start = EventDraft(.lifecycle, "Runner started", name: "runner.started", detail: ["generation": 1])
    write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", to: connection)
    writeChunk(EventLine.encode(Event(seq: 1, time: .now(), content: start)), to: connection)
    state.withLock { state in
      state.sent += 1
      state.streams.append(
        Stream(descriptor: connection, session: session, mix: EventMix(start: .now()), seq: 1))
    }
  }

  private func session(in head: String) -> SessionID? {
    let field = "\(RunnerPath.tokenHeader): ".lowercased()
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(field) }
    return line.flatMap { SessionID(String($0.dropFirst(field.count))) }
  }

  private func readHead(_ connection: Int32) -> String? {
    var (bytes, byte): ([UInt8], UInt8) = ([], 0)
    while read(connection, &byte, 1) == 1 {
      bytes.append(byte)
      if bytes.suffix(4) == [13, 10, 13, 10] { return String(decoding: bytes, as: UTF8.self) }
    }
    return nil
  }

  private func writeChunk(_ bytes: [UInt8], to connection: Int32) {
    write(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10], to: connection)
  }

  private func write(_ text: String, to connection: Int32) { write(Array(text.utf8), to: connection) }

  private func write(_ bytes: [UInt8], to connection: Int32) {
    _ = Glibc.write(connection, bytes, bytes.count)
  }
}

/// Reads block, and the pools are small.
private func thread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let begin: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
    if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
    return nil
  }
  pthread_create(&thread, nil, begin, Unmanaged.passRetained(Box(body)).toOpaque())
  pthread_detach(thread)
}
