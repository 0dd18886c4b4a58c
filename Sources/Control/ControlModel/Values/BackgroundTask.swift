/// What a runtime has set going beside its conversation: a command in the background, a sub-agent.
package struct BackgroundTask: Sendable, Hashable {
  /// The runtime's own id.
  package var id: String
  package var title: String
  package var since: Timestamp

  package init(id: String, title: String, since: Timestamp) {
    self.id = id
    self.title = title
    self.since = since
  }
}

extension BackgroundTask {
  package var json: JSONValue {
    ["id": .string(id), "title": .string(title), "since": .string(since.description)]
  }

  /// As it was stored; `nil` for what no release wrote.
  package init?(json: JSONValue) {
    guard let id = json["id"]?.stringValue, id.utf8.count <= ClaimLimit.id,
      let since = json["since"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(id: id, title: (json["title"]?.stringValue ?? "").bounded(toBytes: 640), since: since)
  }

  /// The list as an event tells it (`[{"id": …, "title": …}]`), whole each time; those that were known keep their age.
  /// Members that are no task are left out.
  static func list(_ told: [JSONValue], at time: Timestamp, known: [BackgroundTask]) -> [BackgroundTask] {
    told.prefix(SessionProjection.mostTasks).compactMap { task in
      guard let id = task["id"]?.stringValue, !id.isEmpty, id.utf8.count <= 256 else { return nil }
      let title = String((task["title"]?.stringValue ?? "").bounded(toBytes: 640).prefix(80))
      return BackgroundTask(id: id, title: title, since: known.first { $0.id == id }?.since ?? time)
    }
  }
}
