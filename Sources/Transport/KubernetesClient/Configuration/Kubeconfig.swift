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
  /// The files it was read from, in their order.
  package var paths: [String] = []

  package init() {}

  package var isEmpty: Bool { contexts.isEmpty && clusters.isEmpty && users.isEmpty && currentContext == nil }

  /// What was said first counts: the current context, and each entry as a whole.
  package mutating func merge(_ later: Kubeconfig) {
    currentContext = currentContext ?? later.currentContext
    contexts += later.contexts.filter { new in !contexts.contains { $0.name == new.name } }
    clusters += later.clusters.filter { new in !clusters.contains { $0.name == new.name } }
    users += later.users.filter { new in !users.contains { $0.name == new.name } }
    paths += later.paths
  }
}
