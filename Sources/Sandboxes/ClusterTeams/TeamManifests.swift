package import ControlModel
package import KubernetesSandboxEngine

/// The objects that make a namespace a team's, as they are applied: only the fields that Paddock owns.
package struct TeamManifests: Sendable, Hashable {
  package var team: ResourceName
  package var quota: TeamQuota
  package var names: ClusterNames

  package init(team: ResourceName, quota: TeamQuota = TeamQuota(), names: ClusterNames = ClusterNames()) {
    self.team = team
    self.quota = quota
    self.names = names
  }

  package var namespaceName: String { names.namespace(of: team) }

  /// The group that a cluster's authentication puts a team's operators into.
  package var operatorGroup: String { "paddock:team:\(team)" }

  /// In the order of applying: the policies are there before the first right to start something is.
  package var objects: [JSONValue] {
    [namespace, denyAll, runnerIngress, hostEgress, resourceQuota, limitRange, serviceAccount] + [
      operatorRole, operatorBinding,
    ]
  }

  var namespace: JSONValue {
    [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": [
        "name": .string(namespaceName),
        "labels": [
          ClusterLabel.managedBy: .string(ClusterLabel.manager),
          ClusterLabel.team: .string(team.text),
          "pod-security.kubernetes.io/enforce": "restricted",
        ],
      ],
    ]
  }

  /// Agents' pods have no business with the API server, so nothing mounts this account's token.
  var serviceAccount: JSONValue {
    object("v1", "ServiceAccount", "paddock-agent", ["automountServiceAccountToken": false])
  }

  func object(_ version: String, _ kind: String, _ name: String, _ members: JSONObject) -> JSONValue {
    let head: JSONObject = [
      "apiVersion": .string(version), "kind": .string(kind),
      "metadata": [
        "name": .string(name), "namespace": .string(namespaceName),
        "labels": [
          ClusterLabel.managedBy: .string(ClusterLabel.manager), ClusterLabel.team: .string(team.text),
        ],
      ],
    ]
    return .object(JSONObject(members: head.members + members.members))
  }
}
