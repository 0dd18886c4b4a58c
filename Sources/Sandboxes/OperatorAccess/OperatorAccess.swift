package import ControlModel
package import KubernetesClient

/// Goes into sandboxes of both engines: into pods by the operator's kubeconfig, into jails of this machine as root.
package actor OperatorAccess: SandboxAccess {
  private let source: KubeconfigSource
  private let host: String
  private var chosen: String?
  private var connections: [String: KubernetesAPI] = [:]

  /// `host` is this machine's name: a local sandbox of another one is out of reach. `context` is chosen until another
  /// one is; without it, each sandbox's server is looked for.
  package init(_ source: KubeconfigSource = .init(), context: String? = nil, host: String) {
    self.source = source
    chosen = context
    self.host = host
  }

  package func open(
    _ kind: TerminalKind, in report: SandboxReport, size: TerminalSize
  ) async throws(ControlFailure) -> any TerminalSession {
    guard report.engine != "local" else {
      try checkHost(report)
      return try LocalShell.open(kind, in: report, size: size)
    }
    return try await PodTerminal.open(kind, in: report, size: size, api: api(for: report))
  }

  package func log(
    of report: SandboxReport
  ) async throws(ControlFailure) -> AsyncThrowingStream<[LogLine], any Error> {
    guard report.engine != "local" else {
      try checkHost(report)
      return try FileTail.lines(of: report.log)
    }
    let (api, pod) = (try api(for: report), try podName(report))
    let options = PodLogOptions(container: report.container, follows: true, hasTimestamps: true, start: .lines(1000))
    do throws(KubernetesError) {
      return Self.lines(of: try await api.log(of: pod, in: report.namespace, options))
    } catch {
      throw ControlFailure(access: error)
    }
  }

  // MARK: Contexts

  package func contexts() throws(ControlFailure) -> [AccessContext] {
    try kubeconfig().contexts.map { AccessContext(name: $0.name, isChosen: $0.name == chosen) }
  }

  package func choose(context: String?) throws(ControlFailure) {
    if let context {
      do { _ = try kubeconfig().context(context) } catch let error as KubernetesError {
        throw ControlFailure(.notFound, error.description)
      } catch {
        throw ControlFailure(.notFound, "\(error)")
      }
    }
    chosen = context
  }

  private func kubeconfig() throws(ControlFailure) -> Kubeconfig {
    do { return try source.load() } catch { throw ControlFailure(access: error) }
  }

  private func api(for report: SandboxReport) throws(ControlFailure) -> KubernetesAPI {
    let connection = try connection(for: report)
    let name = connection.context ?? ""
    if let api = connections[name] { return api }
    do {
      let api = try KubernetesAPI(connection)
      connections[name] = api
      return api
    } catch {
      throw ControlFailure(access: error)
    }
  }

  /// The operator's context may have another name than the core's: the server is what tells that it is the same cluster.
  private func connection(for report: SandboxReport) throws(ControlFailure) -> APIServerConnection {
    let kubeconfig = try kubeconfig()
    func open(_ name: String) throws(KubernetesError) -> APIServerConnection {
      try APIServerConnection(kubeconfig, context: name, environment: source.environment)
    }
    if let chosen {
      do { return try open(chosen) } catch { throw ControlFailure(access: error) }
    }
    let names = kubeconfig.contexts.map(\.name)
    for name in names.filter({ $0 == report.context }) + names {
      if let connection = try? open(name), connection.baseURL == report.server { return connection }
    }
    throw ControlFailure(
      .notFound, "No context of your kubeconfig has the server \(report.server) of the sandbox's cluster.",
      hint: "If it has another address from here, choose its context: `:context NAME`.")
  }

  private func checkHost(_ report: SandboxReport) throws(ControlFailure) {
    guard report.context != host else { return }
    throw ControlFailure(
      .unsupported, "The sandbox '\(report.sandbox)' is on the machine \(report.context), this is \(host).",
      hint: "Open the console there.")
  }

  private static func lines(of log: PodLog) -> AsyncThrowingStream<[LogLine], any Error> {
    AsyncThrowingStream { continuation in
      let reading = Task {
        do {
          for try await lines in log {
            continuation.yield(
              lines.map { LogLine(time: $0.timestamp, text: String(decoding: $0.content, as: UTF8.self)) })
          }
          continuation.finish()
        } catch let error as KubernetesError {
          continuation.finish(throwing: ControlFailure(access: error))
        }
      }
      continuation.onTermination = { _ in reading.cancel() }
    }
  }
}

func podName(_ report: SandboxReport) throws(ControlFailure) -> String {
  guard report.pod.isEmpty else { return report.pod }
  throw ControlFailure(
    .refused, "The sandbox '\(report.sandbox)' has no pod at the moment.", hint: "D shows what the cluster says of it.")
}

extension ControlFailure {
  init(access error: KubernetesError) {
    let code: Code =
      switch error.status?.code {
      case 401, 403: .permissionDenied
      case 404: .notFound
      default: .unavailable
      }
    self.init(code, error.description)
  }
}
