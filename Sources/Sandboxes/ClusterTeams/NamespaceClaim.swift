import ControlModel
import KubernetesClient
import KubernetesSandboxEngine

/// Whether a namespace is a team's to be changed. Decided from its labels alone, which only whoever may change
/// namespaces can set.
enum NamespaceClaim: Sendable, Hashable {
  case free
  case own
  /// Why not, and what to do about it.
  case refused(String)

  init(of team: ResourceName, on namespace: CoreV1.Namespace?) {
    guard let namespace else {
      self = .free
      return
    }
    let labels = namespace.metadata.labels
    if labels[ClusterLabel.managedBy] != ClusterLabel.manager {
      self = .refused(Self.foreign(namespace.name, team))
    } else if let other = labels[ClusterLabel.team], other != team.text {
      self = .refused(
        "The namespace \(namespace.name) is labelled as the team \(other)'s: nothing in it is changed for \(team).")
    } else if labels[ClusterLabel.team] == nil {
      self = .refused(Self.foreign(namespace.name, team))
    } else if namespace.metadata.deletionTimestamp != nil {
      self = .refused(
        "The namespace \(namespace.name) is being deleted: it is made anew when it is gone.")
    } else {
      self = .own
    }
  }

  private static func foreign(_ name: String, _ team: ResourceName) -> String {
    let labels = "\(ClusterLabel.managedBy)=\(ClusterLabel.manager) \(ClusterLabel.team)=\(team)"
    return "The namespace \(name) was there and is not labelled as Paddock's: nothing in it is changed. "
      + "To hand it over: kubectl label --overwrite namespace \(name) \(labels)"
  }
}
