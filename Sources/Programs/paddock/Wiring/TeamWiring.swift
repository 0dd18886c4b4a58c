import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine

extension EngineChoice {
  /// With the operator's own rights; needs no image. `namespace` is what the core calls a team's, where that is known.
  func teamProvisioner(
    namespace: (team: ResourceName, name: String)? = nil
  ) throws(ControlFailure) -> ClusterTeamProvisioner {
    var names = ClusterNames()
    if let namespacePrefix {
      names = ClusterNames(namespacePrefix: namespacePrefix)
    } else if let namespace, namespace.name.hasSuffix(namespace.team.text) {
      names = ClusterNames(namespacePrefix: String(namespace.name.dropLast(namespace.team.text.count)))
    }
    do throws(KubernetesError) {
      return ClusterTeamProvisioner(try KubernetesAPI(connection()), names: names)
    } catch {
      throw ControlFailure(error)
    }
  }

  /// For a core; `nil` where teams need nothing of their engine.
  func teamKeeping() throws(ControlFailure) -> (any TeamProvisioner)? {
    engine == .kubernetes ? try teamProvisioner() : nil
  }
}

extension TeamQuota {
  var shown: String { bounds.isEmpty ? "none" : description }
}
