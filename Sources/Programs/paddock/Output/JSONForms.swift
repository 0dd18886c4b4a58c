import ControlModel

// The forms that scripts may rely on; docs/cli.md lists them.

extension Session {
  var json: JSONValue {
    var object: JSONObject = [
      "id": .string(id.text), "team": .string(team.text), "agent": .string(agent.text),
      "runtime": .string(runtime.rawValue), "title": .string(title), "state": .string(state.rawValue),
      "stateReason": .string(stateReason), "stateSince": .string(stateSince.description),
      "desired": .string(desired.rawValue), "generation": JSONValue(generation), "now": .string(now),
      "events": JSONValue(events), "turns": turns.stored, "tokens": tokens.total.stored,
      "usage": .object(tokens.json), "costUSD": JSONValue(cost.dollars), "createdAt": .string(createdAt.description),
    ]
    object["lastEventAt"] = lastEventAt.map { .string($0.description) } ?? .null
    object["runtimeSessionID"] = runtimeSessionID.map { .string($0) } ?? .null
    object["unreadable"] = unreadable.map { .string($0) }
    if goneByTerm != nil { object["keptFrom"] = JSONValue(keptFrom) }
    object["foreign"] = foreign == nil ? nil : true
    object["sandbox"] = foreign.map { .object($0.json) }
    return .object(object)
  }
}

extension UnreadableRow {
  var json: JSONValue {
    ["relation": .string(relation), "id": .string(id), "unreadable": .string(reason)]
  }

  /// Sessions and events stand in their lists all the same, marked.
  var isLeftOut: Bool { !["session", "event"].contains(relation) }
}

extension SetAsideRow {
  var json: JSONValue {
    [
      "number": JSONValue(number), "relation": .string(relation), "reason": .string(reason),
      "time": .string(time.description), "content": .string(content),
    ]
  }
}

extension Team {
  var json: JSONValue {
    [
      "name": .string(name.text), "createdAt": .string(createdAt.description), "quota": .object(quota.json),
      "trouble": trouble.map { .string($0) } ?? .null,
    ]
  }
}

extension Agent {
  var json: JSONValue {
    [
      "team": .string(team.text), "name": .string(name.text), "revision": JSONValue(revision),
      "createdAt": .string(createdAt.description), "updatedAt": .string(updatedAt.description),
      "spec": .object(spec.json),
    ]
  }
}

extension Secret {
  var json: JSONValue {
    [
      "team": .string(team.text), "name": .string(name), "owner": .string(owner),
      "bindings": .array(bindings.map { .string($0.text) }), "updatedAt": .string(updatedAt.description),
    ]
  }
}

extension Operation {
  var json: JSONValue {
    var object: JSONObject = [
      "id": .string(id.text), "kind": .string(kind.rawValue), "team": .string(team.text), "actor": .string(actor),
      "requestedAt": .string(requestedAt.description),
    ]
    object["session"] = session.map { .string($0.text) }
    object["subject"] = subject.map { .string($0) }
    object["reason"] = reason.map { .string($0) }
    switch outcome {
    case .pending: object["outcome"] = "pending"
    case .succeeded: object["outcome"] = "succeeded"
    case .failed(let message):
      object["outcome"] = "failed"
      object["failure"] = .string(message)
    }
    return .object(object)
  }
}

extension SearchHit {
  var json: JSONValue {
    [
      "session": .string(session.text), "team": .string(team.text), "title": .string(title), "seq": JSONValue(seq),
      "time": .string(time.description), "kind": .string(kind.rawValue), "excerpt": .string(excerpt),
    ]
  }
}

extension Operator {
  var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "login": .string(way.word), "administrator": .bool(isAdministrator),
      "madeByPaddock": .bool(isMade), "closed": .bool(isClosed), "connections": JSONValue(connections),
      "addedAt": addedAt.map { .string($0.description) } ?? .null,
    ]
    if case .unixUser(let user) = way { object["unixUser"] = .string(user) }
    object["roles"] = .array(
      roles.map { ["team": .string($0.team.text), "role": .string($0.level.rawValue), "byGroup": .bool($0.isByGroup)] })
    return .object(object)
  }
}

extension Operator.Way {
  fileprivate var word: String {
    switch self {
    case .password: "password"
    case .unixUser: "unix"
    case .server: "server"
    }
  }
}
