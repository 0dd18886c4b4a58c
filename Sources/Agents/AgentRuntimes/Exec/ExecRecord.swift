import ControlModel

/// One JSON line of a command, read member by member; remembers the first member that is not what it must be.
struct ExecRecord {
  private let object: JSONObject
  /// `'callID' must be a string`
  private(set) var problem: String?

  init(_ object: JSONObject) {
    self.object = object
  }

  var kind: String { object["kind"]?.stringValue ?? object["kind"]?.text ?? "" }

  mutating func fail(_ name: String, _ what: String) {
    problem = problem ?? "'\(name)' \(what)"
  }

  mutating func required(_ name: String) -> String {
    if let text = object[name]?.stringValue { return text }
    fail(name, object[name] == nil ? "is missing" : "must be a string")
    return ""
  }

  mutating func optional(_ name: String) -> String? {
    guard let value = object[name], !value.isNull else { return nil }
    return value.stringValue
      ?? {
        fail(name, "must be a string"); return nil
      }()
  }

  mutating func flag(_ name: String) -> Bool {
    guard let value = object[name], !value.isNull else { return false }
    return value.boolValue
      ?? {
        fail(name, "must be true or false"); return false
      }()
  }

  /// A number of any kind: whether it is believed is another question.
  private mutating func number(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    if case .number = value { return value }
    fail(name, "must be a number")
    return nil
  }

  mutating func takeDuration(into draft: inout EventDraft) {
    var disbelief = Disbelief()
    draft.duration = disbelief.take("durationMS", number("durationMS"))
    draft.tell(disbelief)
  }

  /// `tool.call`, `tool.result` and `approval.request` share their form.
  mutating func call(_ kind: EventKind) -> EventDraft {
    var draft = EventDraft(kind, required("text"), callID: required("callID"))
    draft.name = optional("name")
    draft.parentCallID = optional("parentCallID")
    return draft
  }

  mutating func turnResult() -> EventDraft {
    var draft = EventDraft(.result, optional("text") ?? "", isError: flag("isError"))
    takeDuration(into: &draft)
    draft.usage = usage()
    var disbelief = Disbelief()
    draft.cost = disbelief.take("costUSD", number("costUSD"))
    draft.tell(disbelief)
    if let reason = optional("stopReason") { draft.detail["stopReason"] = .string(reason) }
    return draft
  }

  private mutating func usage() -> TokenUsage? {
    guard let value = object["usage"], !value.isNull else { return nil }
    guard var counts = value.objectValue else {
      fail("usage", "must be an object")
      return nil
    }
    for name in TokenUsage.zero.json.members.map(\.name) {
      switch counts[name] {
      case .number?, nil: break
      case .null?: counts[name] = nil
      default: fail("usage.\(name)", "must be a number")
      }
    }
    return TokenUsage(json: counts)
  }
}
