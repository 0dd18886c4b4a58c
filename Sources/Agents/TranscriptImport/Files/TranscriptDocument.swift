import ControlModel

/// A file that is one JSON value, taken apart into records whose bytes are those of the file.
struct TranscriptDocument {
  var format: TranscriptFormat
  /// The conversation's own id where the document says it.
  var conversation: String?
  var records: [TranscriptRecord]

  /// `nil` when the value is JSON, but nobody's transcript.
  init?(_ bytes: [UInt8]) throws(JSONParseError) {
    switch try JSONValue(parsing: bytes) {
    case .array:
      let elements = try Self.elements(bytes)
      guard let format = Self.format(of: elements.map(\.object)) else { return nil }
      self.init(format: format, conversation: nil, records: elements)
      if format == .sweAgent { for index in records.indices { records[index].role = .message } }
    case .object(let object): try self.init(object, bytes)
    default: return nil
    }
  }

  private init(format: TranscriptFormat, conversation: String?, records: [TranscriptRecord]) {
    self.format = format
    self.conversation = conversation
    self.records = records
  }

  private init?(_ object: JSONObject, _ bytes: [UInt8]) throws(JSONParseError) {
    let fields = try JSONFields(parsing: bytes)
    if object["info"]?["id"] != nil, object["messages"] != nil {
      try self.init(opencode: fields)
    } else if object["sessionId"] != nil, object["messages"]?.arrayValue != nil {
      try self.init(gemini: object, fields)
    } else if object["trajectory"] != nil || object["trajectory_format"] != nil
      || object["info"]?["model_stats"] != nil || Self.isHistory(object["history"])
    {
      try self.init(sweAgent: object, fields)
    } else if object["workflowName"] != nil, object["runId"] != nil {
      self.init(format: .claude, conversation: nil, records: [TranscriptRecord(object, bytes: bytes, role: .note)])
    } else if let format = TranscriptFormat(ofRecord: object) {
      self.init(format: format, conversation: nil, records: [TranscriptRecord(object, bytes: bytes)])
    } else {
      try self.init(grouped: object, fields)
    }
  }

  // MARK: Forms

  private init(opencode fields: JSONFields) throws(JSONParseError) {
    self.init(format: .opencode, conversation: nil, records: [])
    try add(fields, "info", .header)
    for message in try Self.elements(Array(fields.bytes(of: "messages") ?? [])) {
      let parts = try JSONFields(parsing: message.bytes)
      let info = message.object["info"]?.objectValue ?? [:]
      try add(parts, "info", .message)
      for part in try Self.elements(Array(parts.bytes(of: "parts") ?? [])) {
        records.append(TranscriptRecord(part.object, bytes: part.bytes, role: .part, context: info))
      }
    }
  }

  private init(gemini object: JSONObject, _ fields: JSONFields) throws(JSONParseError) {
    self.init(
      format: .gemini, conversation: object["sessionId"]?.stringValue,
      records: try Self.elements(Array(fields.bytes(of: "messages") ?? [])))
  }

  private init(sweAgent object: JSONObject, _ fields: JSONFields) throws(JSONParseError) {
    self.init(format: .sweAgent, conversation: object["instance_id"]?.stringValue, records: [])
    let hasSteps = object["trajectory"]?.arrayValue != nil
    for (name, role) in [
      ("trajectory", TranscriptRecord.Role.step), ("messages", .message), ("history", hasSteps ? .note : .message),
    ] where object[name]?.arrayValue != nil {
      for element in try Self.elements(Array(fields.bytes(of: name) ?? [])) {
        records.append(TranscriptRecord(element.object, bytes: element.bytes, role: role))
      }
    }
    if object["info"]?.objectValue != nil { try add(fields, "info", .header) }
  }

  /// Caches of other tools keep Claude Code's records in arrays by time.
  private init?(grouped object: JSONObject, _ fields: JSONFields) throws(JSONParseError) {
    var records: [TranscriptRecord] = []
    for member in object.members where member.value.arrayValue != nil {
      records += try Self.elements(Array(fields.bytes(of: member.name) ?? []))
    }
    guard let format = Self.format(of: records.map(\.object)), format != .generic else { return nil }
    self.init(format: format, conversation: nil, records: records)
  }

  // MARK: Parts

  private static func isHistory(_ value: JSONValue?) -> Bool {
    value?.arrayValue?.first.map { $0["role"] != nil && $0["content"] != nil } ?? false
  }

  private static func format(of objects: [JSONObject]) -> TranscriptFormat? {
    if let format = objects.lazy.compactMap(TranscriptFormat.init(ofRecord:)).first { return format }
    guard let first = objects.first else { return nil }
    if first["role"] != nil, first["content"] != nil { return .sweAgent }
    return TranscriptFormat.isRecord(first) ? .generic : nil
  }

  private mutating func add(
    _ fields: JSONFields, _ name: String, _ role: TranscriptRecord.Role
  ) throws(JSONParseError) {
    guard let bytes = fields.bytes(of: name).map(Array.init) else { return }
    records.append(TranscriptRecord(try JSONValue(parsing: bytes).objectValue ?? [:], bytes: bytes, role: role))
  }

  /// The objects of an array; an element that is none stands with its bytes and no members.
  static func elements(_ bytes: [UInt8]) throws(JSONParseError) -> [TranscriptRecord] {
    guard !bytes.isEmpty else { return [] }
    var records: [TranscriptRecord] = []
    for range in try JSONElements.ranges(in: bytes) {
      let element = Array(bytes[range])
      records.append(TranscriptRecord(try JSONValue(parsing: element).objectValue ?? [:], bytes: element))
    }
    return records
  }
}
