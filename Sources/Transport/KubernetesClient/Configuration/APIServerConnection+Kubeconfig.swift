import HTTPTransport

extension APIServerConnection {
  /// The connection that kubectl would make: of the named context, else of the current one; without any kubeconfig, that
  /// of the pod which this program runs in.
  package static func load(
    _ source: KubeconfigSource = .init(), context: String? = nil, serviceAccount: ServiceAccountFiles = .init()
  ) throws(KubernetesError) -> APIServerConnection {
    let kubeconfig = try source.load()
    if kubeconfig.isEmpty, context == nil, let connection = try serviceAccount.connection(source.environment) {
      return connection
    }
    guard !kubeconfig.isEmpty else {
      let looked = source.paths.joined(separator: ", ")
      throw .configuration(ConfigurationProblem(path: nil, problem: "There is no kubeconfig (looked for: \(looked))"))
    }
    var connection = try APIServerConnection(kubeconfig, context: context, environment: source.environment)
    connection.credentials = KubeconfigCredentials(connection, from: source)
    return connection
  }

  /// Opens the files that the context names; its plugin is not run before a credential is asked for.
  package init(
    _ kubeconfig: Kubeconfig, context name: String? = nil,
    environment: [String: String] = KubeconfigSource.processEnvironment
  ) throws(KubernetesError) {
    let context = try kubeconfig.context(name)
    let cluster = try kubeconfig.cluster(of: context)
    let user = try kubeconfig.user(of: context)
    var tls = try cluster.tls()
    tls.identity = try user?.identity()
    baseURL = try cluster.baseURL()
    self.tls = tls
    proxy = try cluster.proxy()
    namespace = context.namespace ?? "default"
    self.context = context.name
    self.user = user?.name ?? ""
    impersonation = user?.impersonation.headers ?? [:]
    credentials = try user?.credentials(for: cluster, tls, environment) ?? NoCredentials()
  }
}

extension Kubeconfig {
  package func context(_ name: String? = nil) throws(KubernetesError) -> Context {
    guard let name = name ?? currentContext else {
      throw failure("has no current-context: choose one of \(Self.list(contexts.map(\.name)))")
    }
    if let fault = faults[.context(name)] { throw fault }
    guard let context = contexts.first(where: { $0.name == name }) else {
      throw failure("has no context \(name): there are \(Self.list(contexts.map(\.name)))")
    }
    return context
  }

  func cluster(of context: Context) throws(KubernetesError) -> Cluster {
    if let fault = faults[.cluster(context.cluster)] { throw fault }
    if let cluster = clusters.first(where: { $0.name == context.cluster }) { return cluster }
    throw context.place.failure("cluster", "names \(context.cluster), which is not among the clusters")
  }

  func user(of context: Context) throws(KubernetesError) -> User? {
    guard let name = context.user else { return nil }
    if let fault = faults[.user(name)] { throw fault }
    if let user = users.first(where: { $0.name == name }) { return user }
    throw context.place.failure("user", "names \(name), which is not among the users")
  }

  private func failure(_ problem: String) -> KubernetesError {
    .configuration(ConfigurationProblem(path: paths.joined(separator: ":"), problem: problem))
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
