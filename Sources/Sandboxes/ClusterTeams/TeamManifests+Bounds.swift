import ControlModel

extension TeamManifests {
  /// Without bounds of the team's own it still keeps services that open the cluster to the outside away.
  var resourceQuota: JSONValue {
    var hard: JSONObject = ["services.loadbalancers": "0", "services.nodeports": "0"]
    for resource in TeamQuota.Resource.allCases where resource.isOfCluster {
      if let bound = quota.bounds[resource] { hard[clusterName(of: resource)] = .string(bound) }
    }
    return object("v1", "ResourceQuota", "paddock", ["spec": ["hard": .object(hard)]])
  }

  /// A quota on cpu or memory refuses containers that request none; these are the requests of those. No default
  /// limits: an agent that names none is not to be killed for memory that the node has.
  var limitRange: JSONValue {
    object(
      "v1", "LimitRange", "paddock",
      ["spec": ["limits": [["type": "Container", "defaultRequest": ["cpu": "100m", "memory": "256Mi"]]]]])
  }

  private func clusterName(of resource: TeamQuota.Resource) -> String {
    resource == .pods ? "pods" : "requests.\(resource.rawValue)"
  }
}
