import Foundation
import HTTPTransport
package import KubernetesClient
import PaddockProgram
import Synchronization

/// A real etcd and kube-apiserver of one test's own, or one that several tests share, or a whole node; gone with the test
/// run at the latest.
package final class ControlPlane: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
  }

  package let directory: String
  private let isNode: Bool
  private let server: String
  private let authority: [UInt8]
  private let administrator: TLSIdentity

  /// With the kinds of agent-sandbox; what one test does to it, all others see.
  package static let shared = Task { try await ControlPlane() }

  /// A control plane, or a node that runs pods: of those there is one at a time on a machine.
  package init(isNode: Bool = false) async throws {
    self.isNode = isNode
    directory = FileManager.default.temporaryDirectory.appending(path: "paddock-cp-\(UUID().uuidString.prefix(8))").path
    let kubeconfig = try await Self.script(
      isNode ? "node" : "control-plane", "up", directory, "--while", "\(getpid())", "--kinds")
    let lines = try String(contentsOfFile: kubeconfig, encoding: .utf8).split(separator: "\n")
    func value(_ name: String) throws -> String {
      guard let line = lines.first(where: { $0.contains("\(name): ") }),
        let text = line.split(separator: " ").last
      else { throw Failure("the kubeconfig has no \(name)") }
      return String(text)
    }
    func decoded(_ name: String) throws -> [UInt8] { Array(Data(base64Encoded: try value(name)) ?? Data()) }
    server = try value("server")
    authority = try decoded("certificate-authority-data")
    administrator = TLSIdentity(
      certificate: try decoded("client-certificate-data"), key: try decoded("client-key-data"))
  }

  /// As somebody who may do everything.
  package func api() throws -> KubernetesAPI {
    try KubernetesAPI(connection(identity: administrator))
  }

  private func connection(identity: TLSIdentity?) -> APIServerConnection {
    APIServerConnection(
      baseURL: server, tls: .init(authorities: authority, identity: identity), user: "admin")
  }

  /// As somebody with a token.
  package func api(_ credentials: any CredentialSource) throws -> KubernetesAPI {
    var connection = connection(identity: nil)
    connection.credentials = credentials
    return try KubernetesAPI(connection)
  }

  package func token(ofServiceAccount name: String) async throws -> String {
    try await Self.script("cluster-user", directory, "--service-account", name, "--token")
  }

  /// Ends the API server alone, as a crash would.
  package func killServer() async throws { _ = try await Self.script("control-plane", "kill-server", directory) }

  package func startServer() async throws { _ = try await Self.script("control-plane", "start-server", directory) }

  package func down() async throws { _ = try await Self.script(isNode ? "node" : "control-plane", "down", directory) }

  /// Gives one of the images that `Tests/Support/image` makes to the node.
  package func add(image: String) async throws {
    _ = try await Self.script("node", "import", directory, Self.script("image", image))
  }

  /// The last line that the script prints.
  private static func script(_ name: String, _ arguments: String...) async throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let run = try await Program.run([folder.appending(path: name).path] + arguments)
    guard run.status == 0 else {
      throw Failure("\(name) \(arguments.first ?? "") ended with \(run.status): \(run.errors)")
    }
    return run.lines.last ?? ""
  }
}
