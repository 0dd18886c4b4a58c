/// Where a runner answers: HTTP/1.1, every request with `Authorization: Bearer TOKEN`.
///
/// | request | body | answer |
/// |---|---|---|
/// | `GET /v1/events?after=SEQ` | – | `200`, `application/jsonl`: the journal's lines from `SEQ + 1` on; stays open |
/// | `POST /v1/messages` | `MessageRequest` | `200 {}` once the message is on disk |
/// | `POST /v1/interrupt` | `InterruptRequest` | `200 {}` |
/// | `POST /v1/approvals/CALLID` | `DecisionRequest` | `200 {}` once the decision is on disk |
/// | `PUT /v1/pause` | `PauseRequest` | `200 {}` once the agent's processes are stopped, or go on |
/// | `PUT /v1/limits` | `LimitsRequest` | `200 {}`: they hold from now on |
/// | `PUT /v1/grace` | `GraceRequest` | `200 {}`: so long a turn may go on once the runner is told to end |
/// | `GET /v1/status` | – | `200`, `RunnerStatus` |
/// | `PUT /v1/session` | `SessionRequest` | `200 {}` once the session is on disk; `409` for another one than before |
///
/// A runner without a session answers everything but the last with `503`. One of a warm pool has no token before its
/// session either: it takes `PUT /v1/session` from who shows the `HandoverKey` in the token's place.
///
/// Anything else is answered with an `ErrorBody`. A reader of events skips empty lines: they are sent while nothing
/// happens, so that both sides notice a dead peer. A request may be repeated: its id is carried out once. What a runner of an
/// earlier release does not have, it answers with `404`.
package enum RunnerPath {
  /// For callers whose `Authorization` does not arrive: an API server's pod proxy takes it out. The token alone.
  package static let tokenHeader = "Paddock-Token"

  package static let events = "/v1/events"
  package static let messages = "/v1/messages"
  package static let interrupt = "/v1/interrupt"
  package static let pause = "/v1/pause"
  package static let limits = "/v1/limits"
  package static let grace = "/v1/grace"
  package static let status = "/v1/status"
  package static let session = "/v1/session"
  /// Followed by the percent-encoded call id.
  package static let approvals = "/v1/approvals/"

  package static func events(after seq: Int64) -> String { "\(events)?after=\(seq)" }

  package static func approval(_ callID: String) -> String { approvals + percentEncoded(callID) }

  /// The call id of an approval's path; `nil` for every other path and for broken escapes.
  package static func callID(of path: String) -> String? {
    guard path.hasPrefix(approvals) else { return nil }
    let rest = String(path.dropFirst(approvals.count))
    guard !rest.isEmpty, let text = percentDecoded(rest), !text.isEmpty else { return nil }
    return text
  }

  /// RFC 3986: everything but unreserved characters is escaped, so that an id with a slash stays one segment.
  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
