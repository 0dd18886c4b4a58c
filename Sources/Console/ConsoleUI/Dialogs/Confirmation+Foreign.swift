import ControlModel

/// A sandbox that others made: what becomes of it is for its own controller to say.
extension Confirmation {
  func consequences(ofForeign mark: ForeignMark) -> [CleanText] {
    let object: CleanText = "Foreign: \(untrusted: "\(mark.namespace)/\(mark.name)"), made by others."
    return [object] + acts(on: mark) + [
      "Refused if it has changed by then: version \(untrusted: mark.resourceVersion)."
    ]
  }

  private func acts(on mark: ForeignMark) -> [CleanText] {
    switch kind {
    case .restart:
      ["Its pod is deleted, and its controller makes a new one.", "Lost: what the pod runs, and all but its volumes."]
    case .suspend: ["Its pod is deleted until it is resumed.", "Lost: what the pod runs, and all but its volumes."]
    case .kill: killed(mark)
    case .purge: ["Gone for good: the history that Paddock keeps of it.", "The audit record stays."]
    default: []
    }
  }

  private func killed(_ mark: ForeignMark) -> [CleanText] {
    let names = mark.volumes.joined(separator: ", ")
    let volumes: CleanText =
      mark.volumes.isEmpty
      ? "It has no volumes of its own." : "Gone for good with it: its volumes (\(untrusted: names))."
    let keeper: [CleanText] =
      mark.keeper.isEmpty ? [] : ["It belongs to \(untrusted: mark.keeper), whose controller may make it again."]
    return ["The Sandbox object is deleted, and its pod.", volumes] + keeper + [
      "Kept: the history that Paddock has of it."
    ]
  }
}
