package import ControlModel
import HTTPTransport

/// Turns pieces of a runner's stream into batches of events and holds it to its promise: numbers without gap or repeat.
package struct EventBatches: Sendable {
  /// Keeps what a consumer gets at once, and what it takes to decode it, small beside a second.
  package static let maximumBatch = 2_000

  private var framing = LineFraming()
  private var lines: [[UInt8]] = []
  private var position = 0
  private var last: Int64

  package init(after seq: Int64) {
    last = seq
  }

  package mutating func append(_ bytes: [UInt8]) throws(ControlFailure) {
    do {
      let new = try framing.append(bytes)
      if position == lines.count {
        (lines, position) = (new, 0)
      } else {
        lines += new
      }
    } catch {
      throw ControlFailure(.malformed, "The runner's event after number \(last) cannot be read: \(error)")
    }
  }

  /// The events of the lines so far, empty lines passed over; `nil` when there are none.
  package mutating func next() throws(ControlFailure) -> [Event]? {
    var batch: [Event] = []
    while position < lines.count, batch.count < Self.maximumBatch {
      let line = lines[position]
      position += 1
      if line.isEmpty { continue }
      do {
        batch.append(try read(line))
      } catch {
        // What is sound goes first; the broken line is met again by the next call.
        guard !batch.isEmpty else { throw error }
        position -= 1
        return batch
      }
    }
    return batch.isEmpty ? nil : batch
  }

  /// At the end of the stream: it must not end within a line.
  package mutating func finish() throws(ControlFailure) {
    guard framing.finish() == nil else {
      throw ControlFailure(.unavailable, "The runner went away in the middle of the event after number \(last).")
    }
  }

  private mutating func read(_ line: [UInt8]) throws(ControlFailure) -> Event {
    let event: Event
    do { event = try EventLine.decode(line) } catch {
      throw ControlFailure(.malformed, "The runner's line after event \(last) is no event: \(error).")
    }
    guard event.seq == last + 1 else {
      throw ControlFailure(
        .malformed, "The runner sent event \(event.seq) where \(last + 1) was due, right after \(last).")
    }
    last = event.seq
    return event
  }
}
