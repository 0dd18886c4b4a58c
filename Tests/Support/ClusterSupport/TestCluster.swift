import Glibc
package import PaddockProgram

/// What tests do with a cluster of theirs, be it a control plane or a whole node.
package protocol TestCluster: Sendable {
  /// Credentials, logs and data are in it.
  var directory: String { get }
}

extension TestCluster {
  /// An administrator's.
  package var kubeconfigPath: String { directory + "/kubeconfig" }

  /// `https://127.0.0.1:PORT`.
  package var server: String {
    get throws { "https://127.0.0.1:" + (try contents(of: directory + "/server")) }
  }

  /// A kubeconfig with a client certificate for that user; RBAC decides what it may do.
  package func kubeconfig(
    user: String, groups: [String] = [], namespace: String = "default"
  ) async throws -> String {
    let inGroups = groups.flatMap { ["--group", $0] }
    return try await support("cluster-user", [directory, user, "--namespace", namespace] + inGroups).firstLine
  }

  /// The same for a service account, which is made if it is not there.
  package func kubeconfig(serviceAccount: String, in namespace: String) async throws -> String {
    try await support("cluster-user", [directory, "--service-account", "\(namespace)/\(serviceAccount)"]).firstLine
  }

  /// A token of a service account, which is made if it is not there. The server grants no fewer than 600 seconds.
  package func token(serviceAccount: String, in namespace: String, seconds: Int = 3600) async throws -> String {
    let account = ["--service-account", "\(namespace)/\(serviceAccount)", "--seconds", "\(seconds)", "--token"]
    return try await support("cluster-user", [directory] + account).firstLine
  }

  /// Runs the real kubectl as the administrator; its end is what the caller asserts on.
  package func kubectl(_ arguments: String..., input: String? = nil) async throws -> ProgramRun {
    try await kubectl(arguments, input: input)
  }

  package func kubectl(_ arguments: [String], input: String? = nil) async throws -> ProgramRun {
    let folder = try await programs.value { try await support("kubernetes-binaries", ["control-plane"]).firstLine }
    return try await Program.run([folder + "/kubectl", "--kubeconfig", kubeconfigPath] + arguments, input: input)
  }

  /// Applies YAML that has to be accepted.
  package func apply(_ manifest: String, namespace: String = "default") async throws {
    try await require("apply", "--namespace", namespace, "-f", "-", input: manifest)
  }

  /// Runs a kubectl that has to succeed, and gives its output.
  @discardableResult
  package func require(_ arguments: String..., input: String? = nil) async throws -> String {
    let run = try await kubectl(arguments, input: input)
    guard run.status == 0 else { throw ClusterFailure(command: "kubectl", arguments: arguments, run: run) }
    return run.output
  }

  /// A namespace that no other test has.
  package func makeNamespace(_ prefix: String = "test") async throws -> String {
    let name = "\(prefix)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    try await require("create", "namespace", name)
    return name
  }
}

package struct ClusterFailure: Error, CustomStringConvertible {
  var command: String
  var arguments: [String]
  var run: ProgramRun

  package var description: String {
    "\(command) \(arguments.joined(separator: " ")) ended with \(run.status): \(run.errors)\(run.output)"
  }
}

private let programs = Once<String>()

var ownProcess: String { "\(getpid())" }

func uniqueDirectory(_ kind: String) -> String {
  "/tmp/paddock-\(kind)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
}

/// Runs a script of Tests/Support that has to succeed.
@discardableResult
func support(_ script: String, _ arguments: [String]) async throws -> ProgramRun {
  let run = try await Program.run([PaddockInstallation.checkout + "/Tests/Support/\(script)"] + arguments)
  guard run.status == 0 else { throw ClusterFailure(command: script, arguments: arguments, run: run) }
  return run
}

extension ProgramRun {
  var firstLine: String { lines.first ?? "" }
}

private func contents(of path: String) throws -> String {
  guard let file = fopen(path, "r") else { throw UnreadableFile(path: path) }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 64)
  let count = fread(&buffer, 1, buffer.count, file)
  return String(decoding: buffer.prefix(count), as: UTF8.self)
}

private struct UnreadableFile: Error {
  var path: String
}

/// Makes a value at the first call; everybody gets that one, or that one's failure.
actor Once<Value: Sendable> {
  private var making: Task<Value, any Error>?

  func value(_ make: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = making ?? Task { try await make() }
    making = task
    return try await task.value
  }
}
