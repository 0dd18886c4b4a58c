import ControlModel

/// The disk of the stack, and who fills it, as `status` says it.
struct DiskReport {
  /// As it is now, where that can be seen from here.
  let here: DiskStatus?
  /// What a core says of it; `nil` while there is room, and without a core.
  let told: DiskStatus?
  /// The greatest first, of those that the caller may see.
  let uses: [DiskUse]

  var json: JSONValue {
    guard var object = (here ?? told)?.json else { return .null }
    object["since"] = since.map { .string($0.description) } ?? .null
    object["frozenAgents"] = told?.frozen.stored ?? 0
    object["uses"] = .array(
      uses.map {
        [
          "session": .string($0.session.text), "team": .string($0.team.text), "folderBytes": $0.folder.stored,
          "historyBytes": $0.history.stored, "isPartial": .bool($0.isPartial),
        ]
      })
    return .object(object)
  }

  /// Known for as long as a core watches; what this program sees by itself began before it looked.
  private var since: Timestamp? {
    guard let told, here.map({ $0.level == told.level }) ?? true else { return nil }
    return told.since
  }

  var text: String {
    guard let disk = here ?? told else { return "not known here" }
    var parts = ["\(disk.free) of \(disk.total) are free on \(disk.place)"]
    if disk.level > .ample {
      parts = [disk.summary + (since.map { ", since \($0)" } ?? "")]
      if let told, told.frozen > .zero { parts.append("frozen until there is room: \(told.frozen)") }
    }
    return parts.joined(separator: "; ")
  }

  var lines: String {
    uses.enumerated().map { index, use in
      let more = use.isPartial ? "more than " : ""
      return (index == 0 ? "filled by       " : "                ")
        + "\(use.team) \(use.session): \(more)\(use.total) (files \(use.folder), history \(use.history))\n"
    }.joined()
  }
}
