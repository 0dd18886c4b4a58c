extension Kubeconfig {
  /// The text of one file; `path` names it in problems, and relative paths start from its folder.
  package init(parsing text: String, path: String) throws(KubernetesError) {
    self.init()
    paths = [path]
    guard let root = try ConfigurationNode(parsing: text, path: path) else { return }
    if let kind = try root.text("kind"), kind != "Config" {
      throw root.place.failure("kind", "is not Config: this is no kubeconfig")
    }
    currentContext = try root.text("current-context")
    clusters = read(try root.list("clusters"), Entry.cluster) { node throws(KubernetesError) in try Cluster(node) }
    contexts = read(try root.list("contexts"), Entry.context) { node throws(KubernetesError) in try Context(node) }
    users = read(try root.list("users"), Entry.user) { node throws(KubernetesError) in try User(node) }
  }

  /// The chosen context, its cluster and its user must be right, and nothing else: these files are kept by several
  /// programs for years.
  private mutating func read<Value>(
    _ nodes: [ConfigurationNode], _ entry: (String) -> Entry,
    _ make: (ConfigurationNode) throws(KubernetesError) -> Value
  ) -> [Value] {
    var seen: Set<String> = []
    var values: [Value] = []
    for node in nodes {
      // Nobody can choose one without a name.
      guard let name = (try? node.text("name")) ?? nil else { continue }
      do throws(KubernetesError) {
        guard seen.insert(name).inserted else {
          throw node.place.failure("", "has the name \(name), which another one has already")
        }
        values.append(try make(node))
      } catch {
        faults[entry(name)] = error
      }
    }
    return values
  }
}

extension Kubeconfig.Context {
  fileprivate init(_ entry: ConfigurationNode) throws(KubernetesError) {
    name = try entry.requiredText("name")
    guard let body = try entry.member("context") else { throw entry.place.failure("context", "is missing") }
    cluster = try body.requiredText("cluster")
    user = try body.text("user")
    namespace = try body.text("namespace")
    place = body.place
  }
}

extension Kubeconfig.Cluster {
  fileprivate init(_ entry: ConfigurationNode) throws(KubernetesError) {
    name = try entry.requiredText("name")
    guard let body = try entry.member("cluster") else { throw entry.place.failure("cluster", "is missing") }
    server = try body.text("server")
    serverName = try body.text("tls-server-name")
    isInsecure = try body.flag("insecure-skip-tls-verify")
    authorities = try body.material("certificate-authority")
    proxyURL = try body.text("proxy-url")
    place = body.place
    for `extension` in try body.list("extensions")
    where try `extension`.text("name") == "client.authentication.k8s.io/exec" {
      pluginConfiguration = try `extension`.member("extension")?.json
    }
  }
}

extension Kubeconfig.User {
  fileprivate init(_ entry: ConfigurationNode) throws(KubernetesError) {
    name = try entry.requiredText("name")
    impersonation = Impersonation()
    guard let body = try entry.member("user") else {
      // kubectl writes users without credentials so.
      place = entry.place
      return
    }
    place = body.place
    certificate = try body.material("client-certificate")
    key = try body.material("client-key")
    token = try body.text("token")
    tokenFile = try body.text("tokenFile").map { body.place.resolve($0) }
    userName = try body.text("username")
    password = try body.text("password")
    impersonation = try Impersonation(body)
    plugin = try body.member("exec").map { node throws(KubernetesError) in try ExecPlugin(node) }
    authProvider = try body.member("auth-provider").map { node throws(KubernetesError) in
      try node.text("name") ?? "without a name"
    }
  }
}

extension ConfigurationNode {
  /// `NAME-data` counts before `NAME`.
  fileprivate func material(_ name: String) throws(KubernetesError) -> Kubeconfig.Material? {
    if let data = try text("\(name)-data") {
      let place = try member("\(name)-data")?.place ?? place
      guard let bytes = Base64.decode(data) else { throw place.failure("", "is not base64") }
      return .embedded(bytes)
    }
    return try text(name).map { .file(place.resolve($0)) }
  }
}
