import ControlModel

/// Credentials by a plugin: kept until they expire or are refused; however many ask at once, it is run once.
actor ExecCredentialSource: CredentialSource {
  private let plugin: ExecPlugin
  private let user: String
  private let cluster: ExecPlugin.Cluster
  private let environment: [String: String]
  /// How long it may run.
  private let limit: Duration
  private var kept: ExecCredential?
  private var run: Task<Result<ExecCredential, KubernetesError>, Never>?

  init(
    _ plugin: ExecPlugin, user: String, cluster: ExecPlugin.Cluster, environment: [String: String],
    limit: Duration = .seconds(60)
  ) {
    self.plugin = plugin
    self.user = user
    self.cluster = cluster
    self.environment = environment
    self.limit = limit
  }

  func current() async throws(KubernetesError) -> Credential {
    if let kept, kept.expires.map({ Timestamp.now() < $0 }) ?? true { return kept.credential }
    // Not the task of whoever came first: when that is cancelled, the others still wait.
    let run = self.run ?? Task { [self] in await start() }
    self.run = run
    return try await run.value.get().credential
  }

  func refused(_ credential: Credential) async {
    if kept?.credential == credential { kept = nil }
  }

  private func start() async -> Result<ExecCredential, KubernetesError> {
    let result = await obtain()
    if case .success(let credential) = result { kept = credential }
    run = nil
    return result
  }

  private func obtain() async -> Result<ExecCredential, KubernetesError> {
    guard plugin.interactiveMode != .always else {
      return failure("its plugin \(plugin.command) wants a terminal (interactiveMode: Always), and gets none here")
    }
    var variables = environment
    for (name, value) in plugin.environment { variables[name] = value }
    variables["KUBERNETES_EXEC_INFO"] = plugin.info(cluster)
    let process = PluginProcess(
      command: plugin.command, arguments: plugin.arguments, environment: variables, limit: limit)
    switch await offPool({ process.run() }) {
    case .notStarted(let reason):
      let hint = plugin.installHint.map { ". \(Self.line($0))" } ?? ""
      return failure("its plugin \(plugin.command) cannot be started: \(reason)\(hint)")
    case .timedOut(let errors):
      return failure(
        "its plugin \(plugin.command) did not end within \(limit.components.seconds) s\(Self.quote(errors))")
    case .ended(let status, _, let errors) where status != 0:
      return failure("its plugin \(plugin.command) ended with status \(status)\(Self.quote(errors))")
    case .ended(_, let output, _): return read(output)
    }
  }

  private func read(_ output: [UInt8]) -> Result<ExecCredential, KubernetesError> {
    do throws(ExecCredential.Problem) {
      return .success(try ExecCredential(parsing: output, apiVersion: plugin.apiVersion))
    } catch {
      return failure("its plugin \(plugin.command) \(error.text)")
    }
  }

  private func failure(_ reason: String) -> Result<ExecCredential, KubernetesError> {
    .failure(.credentials(user: user, reason: reason))
  }

  /// The end of what it wrote to its standard error, which is meant for people.
  private static func quote(_ errors: [UInt8]) -> String {
    let text = line(String(decoding: errors.suffix(1000), as: UTF8.self))
    return text.isEmpty ? "" : ": \(text)"
  }

  /// In one line, without control characters and the full stop at its end.
  private static func line(_ text: String) -> String {
    let shown = String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    let words = shown.split(separator: " ").joined(separator: " ")
    return words.hasSuffix(".") ? String(words.dropLast()) : words
  }
}
