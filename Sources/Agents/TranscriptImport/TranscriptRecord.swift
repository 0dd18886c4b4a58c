import ControlModel

/// One record of a transcript: a line, or an element of a document.
struct TranscriptRecord {
  /// Which part of a document the element is; lines are all the same.
  enum Role {
    case line, header, message, part, step, note
  }

  var object: JSONObject
  /// Exactly as it stands in the file.
  var bytes: [UInt8]
  var hash: ContentHash
  var role: Role
  /// The object around the element where that says more, such as the message of a part.
  var context: JSONObject

  init(_ object: JSONObject, bytes: [UInt8], role: Role = .line, context: JSONObject = [:]) {
    self.object = object
    self.bytes = bytes
    self.role = role
    self.context = context
    hash = ContentHash(bytes)
  }

  func string(_ name: String) -> String? { object[name]?.stringValue }

  var type: String { string("type") ?? "" }
}

/// Turns the records of one file, in their order, into events.
protocol TranscriptReader {
  var runtime: RuntimeName { get }
  /// The conversation of records, and of broken lines, that do not name one.
  var conversation: String { get }
  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents)
}
