import ControlModel

/// Prints an answer in the form that was asked for.
enum Report {
  /// A list as JSON also has what was left out of it.
  static func print(_ json: JSONValue, as format: OutputFormat, table: () -> String) {
    let json = json.arrayValue.map { .array($0 + UnreadableRows.gathered.filter(\.isLeftOut).map(\.json)) } ?? json
    switch format {
    case .table: StandardOutput.write(table())
    case .json: StandardOutput.write(json: Array((json.text + "\n").utf8))
    case .jsonl:
      for line in json.arrayValue ?? [json] { StandardOutput.write(json: Array((line.text + "\n").utf8)) }
    }
  }

  static func print(_ events: [Event], as format: OutputFormat) {
    switch format {
    case .table: for event in events { StandardOutput.write(row(event)) }
    case .jsonl: for event in events { StandardOutput.write(json: EventLine.encode(stored: event)) }
    case .json:
      let lines = events.map { String(decoding: EventLine.encode(stored: $0).dropLast(), as: UTF8.self) }
      StandardOutput.write(json: Array("[\(lines.joined(separator: ",\n"))]\n".utf8))
    }
  }

  private static func row(_ event: Event) -> String {
    let name = event.content.name.map { "\($0): " } ?? ""
    let claims = event.content.disbelief.claims
    let doubt = claims.isEmpty ? "" : " [not believed: \(claims.joined(separator: ", "))]"
    let text = SafeText.line(name + event.text + doubt)
    return
      "\(event.seq)\t\(event.time.timeOfDay)\t\(event.kind.rawValue)\t\(event.content.isError ? "✗ " : "")\(text)\n"
  }
}
