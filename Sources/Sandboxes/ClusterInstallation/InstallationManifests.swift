package import ControlModel
package import KubernetesClient
package import KubernetesSandboxEngine

/// The objects with which cores run in the cluster that their sandboxes are in, as they are applied: only the fields
/// that Paddock owns.
package struct InstallationManifests: Sendable, Hashable {
  /// With the usual prefix no team has this namespace: something follows the `-`.
  package static let defaultNamespace = "paddock"
  package static let name = "paddock-core"
  /// Of `/healthz` and `/metrics`.
  package static let port = 9464

  package var namespaceName = Self.defaultNamespace
  /// Has `paddock` in its PATH.
  package var image: String
  package var cluster: ClusterSettings
  package var replicas = 2
  package var database = DatabaseSecret()
  /// For the image of the core itself.
  package var imagePullSecrets: [String] = []

  /// Where the URL of the database is kept; it holds a password, so whoever installs makes this secret by hand.
  package struct DatabaseSecret: Sendable, Hashable {
    package var name = "paddock-database"
    package var key = "url"

    package init() {}
  }

  package init(image: String, cluster: ClusterSettings) {
    self.image = image
    self.cluster = cluster
  }

  /// In the order of applying: the rights are there before the first core is.
  package var objects: [any KubernetesResource] {
    [namespace, serviceAccount, role, binding, metricsService, deployment]
  }

  var namespace: CoreV1.Namespace {
    CoreV1.Namespace(
      name: namespaceName, labels: Self.managed.merging(["pod-security.kubernetes.io/enforce": "restricted"]) { $1 })
  }

  var serviceAccount: CoreV1.ServiceAccount {
    var account = CoreV1.ServiceAccount(name: Self.name, namespace: namespaceName, labels: Self.labels)
    // The Deployment's pods ask for it; nothing else in the namespace gets it unasked.
    account.json["automountServiceAccountToken"] = false
    return account
  }

  /// A headless one: each replica tells numbers of its own, so whoever collects them needs the pods' addresses.
  var metricsService: CoreV1.Service {
    CoreV1.Service(
      name: Self.name, namespace: namespaceName, labels: Self.labels,
      spec: [
        "clusterIP": "None",
        "selector": .object(Self.selector),
        "ports": [["name": "metrics", "port": JSONValue(Self.port), "protocol": "TCP", "targetPort": "metrics"]],
      ])
  }

  static let managed = [ClusterLabel.managedBy: ClusterLabel.manager]
  static let labels = managed.merging(["app.kubernetes.io/name": name]) { $1 }
  static let selector: JSONObject = ["app.kubernetes.io/name": .string(name)]
}

extension InstallationManifests {
  /// A namespace that the cores take for a team's would hold what belongs to no team.
  package func check() throws(ControlFailure) {
    if let team = cluster.names.team(of: namespaceName) {
      throw ControlFailure(
        .invalidArgument, "The namespace '\(namespaceName)' would be that of the team '\(team)'.",
        hint: "Choose one that does not begin with '\(cluster.names.namespacePrefix)'.")
    }
    guard (1...10).contains(replicas) else {
      throw ControlFailure(.invalidArgument, "\(replicas) replicas are not between 1 and 10.")
    }
  }
}
