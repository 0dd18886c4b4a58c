extension TeamReport {
  package var json: JSONObject {
    [
      "context": .string(context), "server": .string(server), "namespace": .string(namespace),
      "objects": .array(items.map { .object($0.json) }),
    ]
  }

  /// What is missing is empty: a core of another version may have written it.
  package init(json: JSONObject) {
    func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
    self.init(
      context: text("context"), server: text("server"), namespace: text("namespace"),
      items: json["objects"]?.arrayValue?.compactMap { $0.objectValue.map(Item.init(json:)) } ?? [])
  }
}

extension TeamReport.Item {
  fileprivate var json: JSONObject {
    var json: JSONObject = ["kind": .string(kind), "name": .string(name), "state": .string(standing.word)]
    if case .differs(let differences) = standing { json["differences"] = .array(differences.map(\.json)) }
    json["problem"] = problem.map { .string($0) }
    return json
  }

  fileprivate init(json: JSONObject) {
    let differences = json["differences"]?.arrayValue?.map(TeamReport.Difference.init(json:)) ?? []
    self.init(
      kind: json["kind"]?.stringValue ?? "", name: json["name"]?.stringValue ?? "",
      standing: TeamReport.Standing(json["state"]?.stringValue ?? "", differences),
      problem: json["problem"]?.stringValue)
  }
}

extension TeamReport.Standing {
  fileprivate var word: String {
    switch self {
    case .inStep: "in-step"
    case .missing: "missing"
    case .differs: "differs"
    case .unknown: "unknown"
    case .foreign: "foreign"
    }
  }

  fileprivate init(_ word: String, _ differences: [TeamReport.Difference]) {
    self =
      switch word {
      case "in-step": .inStep
      case "missing": .missing
      case "differs": .differs(differences)
      case "foreign": .foreign
      default: .unknown
      }
  }
}

extension TeamReport.Difference {
  fileprivate var json: JSONValue {
    var json: JSONObject = ["field": .string(field)]
    json["wanted"] = wanted.map { .string($0) }
    json["found"] = found.map { .string($0) }
    return .object(json)
  }

  fileprivate init(json: JSONValue) {
    self.init(
      field: json["field"]?.stringValue ?? "", wanted: json["wanted"]?.stringValue, found: json["found"]?.stringValue)
  }
}
