import ControlModel
import HTTPTransport

/// A program that hands out credentials (`client.authentication.k8s.io`), as a kubeconfig describes it.
struct ExecPlugin: Sendable {
  enum InteractiveMode: String, Sendable {
    case never = "Never"
    case ifAvailable = "IfAvailable"
    case always = "Always"
  }

  /// What a plugin is told of its cluster when it asks.
  struct Cluster: Sendable {
    var server: String
    var tls: HTTPTransportConfiguration.TLS
    var proxyURL: String?
    var configuration: JSONValue?
  }

  private static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

  var apiVersion: String
  var command: String
  var arguments: [String]
  var environment: [(name: String, value: String)]
  var installHint: String?
  var providesClusterInfo: Bool
  var interactiveMode: InteractiveMode

  init(_ node: ConfigurationNode) throws(KubernetesError) {
    apiVersion = try node.requiredText("apiVersion")
    guard Self.versions.contains(apiVersion) else {
      let known = Self.versions.joined(separator: " or ")
      throw node.place.failure("apiVersion", "is \(apiVersion): it must be \(known)")
    }
    let command = try node.requiredText("command")
    // What holds no slash is looked for in PATH.
    self.command = command.contains("/") ? node.place.resolve(command) : command
    arguments = try node.texts("args")
    environment = []
    for entry in try node.list("env") {
      environment.append((try entry.requiredText("name"), try entry.text("value") ?? ""))
    }
    installHint = try node.text("installHint")
    providesClusterInfo = try node.flag("provideClusterInfo")
    let mode = try node.text("interactiveMode")
    guard mode != nil || apiVersion.hasSuffix("beta1") else {
      throw node.place.failure("interactiveMode", "is missing, and \(apiVersion) wants it")
    }
    guard let interactiveMode = InteractiveMode(rawValue: mode ?? "IfAvailable") else {
      throw node.place.failure("interactiveMode", "must be Never, IfAvailable or Always")
    }
    self.interactiveMode = interactiveMode
  }

  /// The value of `KUBERNETES_EXEC_INFO`. Plugins never get a terminal here: the console has it.
  func info(_ cluster: Cluster) -> String {
    var spec: JSONObject = ["interactive": false]
    if providesClusterInfo { spec["cluster"] = cluster.json }
    var writer = JSONWriter()
    writer.value(["kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": .object(spec)])
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension ExecPlugin.Cluster {
  fileprivate var json: JSONValue {
    var members: JSONObject = ["server": .string(server)]
    if let name = tls.serverName { members["tls-server-name"] = .string(name) }
    if tls.isInsecure { members["insecure-skip-tls-verify"] = true }
    if let authorities = tls.authorities {
      members["certificate-authority-data"] = .string(Base64.encode(authorities))
    }
    if let proxyURL { members["proxy-url"] = .string(proxyURL) }
    if let configuration { members["config"] = configuration }
    return .object(members)
  }
}
