import ControlModel
import Glibc
import KubernetesClient

/// The tests' node: a real kubelet, with a stand-in for the controller of agent-sandbox; and a core that works there as a
/// service account, whose requests the API server notes.
struct StartingNode: Sendable {
  let directory: String
  let api: KubernetesAPI

  private static let account = "default/core"

  static func during<Value>(
    _ workbench: Workbench, _ database: BenchmarkDatabase, _ body: (StartingNode) async throws -> Value
  ) async throws -> Value {
    let directory = workbench.folder + "/node"
    let kubeconfig = try await TestsSupport.run("node", "up", directory, "--agent-sandbox", "--while", "\(getpid())")
    do {
      let node = StartingNode(
        directory: directory, api: try KubernetesAPI(.load(KubeconfigSource(explicitPath: kubeconfig))))
      let core = try await node.startCore(workbench, database)
      let value: Value
      do { value = try await body(node) } catch {
        try? await core.end()
        throw error
      }
      try await core.end()
      _ = try await TestsSupport.run("node", "down", directory)
      return value
    } catch {
      _ = try? await TestsSupport.run("node", "down", directory)
      throw error
    }
  }

  private func startCore(_ workbench: Workbench, _ database: BenchmarkDatabase) async throws -> Child {
    let runner = String(Program.paddock.dropLast("paddock".count)) + "paddock-runner"
    try await load("runner", runner)
    try await load("busybox")
    let kubeconfig = try await TestsSupport.run("cluster-user", directory, "--service-account", Self.account)
    _ = try await api.create(Self.binding)
    return try Child(
      [
        Program.paddock, "core", "--engine", "kubernetes", "--kubeconfig", kubeconfig, "--runner-image",
        "paddock.test/runner:1", "--agent-image", StartingNode.image,
      ], environment: database.environment(workbench), output: STDERR_FILENO)
  }

  static let image = "paddock.test/busybox:1"

  private func load(_ image: String...) async throws {
    let file = try await TestsSupport.run("image", image)
    _ = try await TestsSupport.run("node", "import", directory, file)
  }

  private static var binding: RBACV1.ClusterRoleBinding {
    .init(json: [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": ["name": "core"],
      "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"],
      "subjects": [["kind": "ServiceAccount", "name": "core", "namespace": "default"]],
    ])
  }

  /// What the core asked for since then, as the server was done with it, in that order.
  func answers(since begin: Timestamp) async throws -> [Answer] {
    let path = directory + "/audit.log"
    return try await blocking {
      guard let file = fopen(path, "r") else { throw BenchmarkFailure("\(path) cannot be read") }
      defer { fclose(file) }
      var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 20))
      while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
      // The last line may be half written.
      return bytes.split(separator: 0x0A).compactMap { (try? JSONValue(parsing: Array($0))).flatMap(Answer.init) }
        .filter { $0.time > begin }
    }
  }

  struct Answer: Sendable {
    var what: String
    var status: Int64
    var time: Timestamp

    init?(_ json: JSONValue) {
      guard json["stage"] == "ResponseComplete", let verb = json["verb"]?.stringValue,
        let resource = json["objectRef"]?["resource"]?.stringValue,
        let time = json["stageTimestamp"]?.stringValue.flatMap({ Timestamp($0) })
      else { return nil }
      what = "\(verb) \(resource)" + (json["objectRef"]?["subresource"]?.stringValue.map { "/\($0)" } ?? "")
      status = json["responseStatus"]?["code"]?.integerValue ?? 0
      self.time = time
    }
  }
}

extension Child {
  fileprivate func end() async throws {
    kill(pid, SIGTERM)
    _ = try await blocking { wait() }
  }
}
