import CYaml

/// What libyaml reads, one event after the other. Its own documents and those of Yams are made by recursion and with each
/// alias resolved at once; of events nothing is kept, and whoever takes them can stop at any.
final class YAMLEvents {
  struct Event {
    enum Kind {
      case scalar(String, isPlain: Bool)
      case alias(String)
      case listStart, listEnd, mapStart, mapEnd
      case documentStart, documentEnd, streamEnd
    }

    var kind: Kind
    var anchor: String?
    /// From 1.
    var line: Int
    var column: Int
  }

  /// libyaml holds on to both by their addresses.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) throws(YAMLProblem) {
    input = .allocate(capacity: text.utf8.count)
    _ = input.initialize(from: text.utf8)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLProblem("cannot be read: there is no memory for it", line: nil)
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(YAMLProblem) -> Event {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
      defer { yaml_event_delete(&event) }
      if let read = Self.read(event) { return read }
    }
  }

  /// `nil` for the start of the stream.
  private static func read(_ event: yaml_event_t) -> Event? {
    var anchor: String?
    let kind: Event.Kind
    switch event.type {
    case YAML_SCALAR_EVENT:
      anchor = text(event.data.scalar.anchor)
      let bytes = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
      let isPlain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !isText(event.data.scalar.tag)
      kind = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain)
    case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT: (kind, anchor) = (.listStart, text(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT: (kind, anchor) = (.mapStart, text(event.data.mapping_start.anchor))
    case YAML_SEQUENCE_END_EVENT: kind = .listEnd
    case YAML_MAPPING_END_EVENT: kind = .mapEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_START_EVENT: return nil
    default: kind = .streamEnd
    }
    return Event(
      kind: kind, anchor: anchor, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
  }

  private static func text(_ bytes: UnsafePointer<UInt8>?) -> String? {
    bytes.map { String(decodingCString: $0, as: UTF8.self) }
  }

  /// Tagged as one, or with a tag that only its writer understands: then nothing else is to be made of it.
  private static func isText(_ tag: UnsafePointer<UInt8>?) -> Bool {
    guard let tag = text(tag) else { return false }
    return !["null", "bool", "int", "float"].contains { tag == "tag:yaml.org,2002:\($0)" }
  }

  private var problem: YAMLProblem {
    let words = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    // It looks ahead, and has a bound of its own.
    if words.hasPrefix("Maximum nesting level") {
      return YAMLProblem("is nested too deep", line: Int(parser.pointee.problem_mark.line) + 1)
    }
    // Of bytes that are no text only their offset is known.
    guard parser.pointee.error != YAML_READER_ERROR else { return YAMLProblem("is not YAML: \(words)", line: nil) }
    var problem = YAMLProblem("is not YAML: \(words)", line: Int(parser.pointee.problem_mark.line) + 1)
    problem.column = Int(parser.pointee.problem_mark.column) + 1
    return problem
  }
}
