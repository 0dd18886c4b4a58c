import ControlModel
import Glibc

/// Writes a session's whole history to a file as sanitised text, a page of events at a time.
struct TranscriptExport: Sendable {
  let services: ConsoleServices
  let localTime: LocalTime

  @concurrent func write(_ session: SessionID, title: String, to path: String) async throws(ControlFailure) {
    let file = try TextFile(path)
    defer { file.close() }
    try file.write("\(CleanText(untrusted: title).text)\nsession \(session.text)\n\n")
    var last: Int64 = 0
    while true {
      let events = try await services.sessions.events(of: session, .after(last), limit: 500)
      for event in events { try file.write(text(event)) }
      guard let newest = events.last?.seq, events.count == 500 else { return }
      last = newest
    }
  }

  private func text(_ event: Event) -> String {
    let name = event.content.name.map { " \(CleanText(untrusted: $0).text)" } ?? ""
    let failed = event.content.isError ? " (failed)" : ""
    let head = "[\(event.seq)] \(localTime.dateAndTime(event.time).text)  \(event.kind.rawValue)\(name)\(failed)"
    let body = CleanText.paragraphs(untrusted: event.text, width: 1_000_000, limit: 1_000_000)
    return "\(head)\n\(body.map(\.text).joined(separator: "\n"))\n\n"
  }
}

/// A file being written, readable by its owner alone: transcripts hold what agents saw.
struct TextFile {
  private let descriptor: Int32
  private let path: String

  init(_ path: String) throws(ControlFailure) {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    self.path = path.hasPrefix("~/") ? home + path.dropFirst(1) : path
    descriptor = open(self.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ControlFailure(.invalidArgument, "The file \(path) cannot be written: \(String(cString: strerror(errno))).")
    }
  }

  func write(_ text: String) throws(ControlFailure) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw ControlFailure(.unavailable, "Writing \(path) failed: \(String(cString: strerror(errno))).")
      }
      bytes = bytes.dropFirst(written)
    }
  }

  func close() { _ = Glibc.close(descriptor) }
}
