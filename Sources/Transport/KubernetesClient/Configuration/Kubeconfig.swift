import ControlModel

/// One or several kubeconfig files, read and merged; nothing that they name has been opened.
package struct Kubeconfig: Sendable {
  package struct Context: Sendable {
    package var name: String
    package var cluster: String
    package var user: String?
    package var namespace: String?
    var place: ConfigurationPlace
  }

  struct Cluster: Sendable {
    var name: String
    var server: String?
    var serverName: String?
    var isInsecure: Bool
    var authorities: Material?
    var proxyURL: String?
    /// What is meant for the plugins of this cluster's users.
    var pluginConfiguration: JSONValue?
    var place: ConfigurationPlace
  }

  struct User: Sendable {
    var name: String
    var certificate: Material?
    var key: Material?
    var token: String?
    var tokenFile: String?
    var userName: String?
    var password: String?
    var impersonation: Impersonation
    var plugin: ExecPlugin?
    /// The name of an `auth-provider`, which kubectl has given up.
    var authProvider: String?
    var place: ConfigurationPlace
  }

  /// A PEM text, embedded or in a file of its own.
  enum Material: Sendable, Hashable {
    case embedded([UInt8])
    case file(String)
  }

  package var currentContext: String?
  package var contexts: [Context] = []
  var clusters: [Cluster] = []
  var users: [User] = []
  /// Why nobody can choose an entry; others are as good as ever.
  var faults: [Entry: KubernetesError] = [:]
  /// The files it was read from, in their order.
  package var paths: [String] = []

  enum Entry: Hashable {
    case context(String)
    case cluster(String)
    case user(String)
  }

  package init() {}

  package var isEmpty: Bool {
    contexts.isEmpty && clusters.isEmpty && users.isEmpty && currentContext == nil && faults.isEmpty
  }

  /// What was said first counts: the current context, and each entry as a whole, be it right or wrong.
  package mutating func merge(_ later: Kubeconfig) {
    currentContext = currentContext ?? later.currentContext
    let known = entries
    contexts += later.contexts.filter { !known.contains(.context($0.name)) }
    clusters += later.clusters.filter { !known.contains(.cluster($0.name)) }
    users += later.users.filter { !known.contains(.user($0.name)) }
    faults.merge(later.faults.filter { !known.contains($0.key) }) { first, _ in first }
    paths += later.paths
  }

  private var entries: Set<Entry> {
    Set(contexts.map { .context($0.name) } + clusters.map { .cluster($0.name) } + users.map { .user($0.name) })
      .union(faults.keys)
  }
}
