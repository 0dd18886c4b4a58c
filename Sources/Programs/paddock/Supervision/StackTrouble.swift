import ControlModel
import Glibc

/// What the supervisor has to say of a part that is gone, in a file beside it: while the database is away, nothing else
/// could be asked.
struct StackTrouble: Sendable, Hashable {
  var part: String
  var since: Timestamp
  var tries: Int
  var reason: String
  var hasGivenUp: Bool

  /// One phrase for a screen's head.
  var phrase: String {
    if hasGivenUp { return StackWords.givenUp.told(part, "\(tries)", reason) }
    return tries > 1 ? StackWords.revivedAgain.told(part, "\(tries)") : StackWords.revived.told(part)
  }
}

extension StackTrouble {
  private static func path(_ installation: Installation) -> String { installation.dataDirectory + "/supervision.json" }

  static func write(_ troubles: [StackTrouble], of installation: Installation) {
    guard !troubles.isEmpty else { return _ = unlink(path(installation)) }
    let json = JSONValue.array(troubles.map(\.json))
    // Nobody but its reader misses it.
    try? TextFile.write(json.text + "\n", to: path(installation))
  }

  /// Nothing where nobody supervises, or nobody else may know.
  static func read(of installation: Installation) -> [StackTrouble] {
    guard installation.databaseURL == nil, StackProcess(.supervisor, of: installation).identity != nil,
      let bytes = try? installation.contents(ofOwnFile: path(installation)), let json = try? JSONValue(parsing: bytes)
    else { return [] }
    return json.arrayValue?.prefix(8).compactMap(StackTrouble.init(json:)) ?? []
  }

  private var json: JSONValue {
    [
      "part": .string(part), "since": .string(since.description), "tries": JSONValue(tries),
      "reason": .string(reason), "hasGivenUp": .bool(hasGivenUp),
    ]
  }

  private init?(json: JSONValue) {
    guard let part = json["part"]?.stringValue, let since = json["since"]?.stringValue.flatMap({ Timestamp($0) }),
      let tries = json["tries"]?.integerValue, let reason = json["reason"]?.stringValue
    else { return nil }
    self.init(
      part: part, since: since, tries: Int(clamping: tries), reason: String(reason.prefix(400)),
      hasGivenUp: json["hasGivenUp"]?.boolValue ?? false)
  }
}
