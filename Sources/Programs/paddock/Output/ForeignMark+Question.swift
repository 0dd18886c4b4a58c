import ControlModel

extension ForeignMark {
  /// What is lost is not what a session loses.
  func question(_ action: ForeignAction) -> String {
    let object = "the foreign sandbox '\(namespace)/\(name)'"
    let keeps = keeper.isEmpty ? "" : " \(keeper), which it belongs to, may make it again."
    let volumes = volumes.isEmpty ? "" : ", and its volumes with it (\(volumes.joined(separator: ", ")))"
    return switch action {
    case .kill: "Kill \(object)? The object is deleted\(volumes).\(keeps)"
    case .restart: "Restart \(object)? Its pod is deleted, and its controller makes a new one."
    case .suspend, .resume: ""
    }
  }
}
