import ClusterSupport
import Foundation
import Glibc
import PaddockProgram
import Testing

/// How a test reaches into the sandbox of a session, past Paddock.
protocol SandboxAccess: Sendable {
  /// A runner that dies is started again in its place, and the generation stays.
  var restartsRunners: Bool { get }

  /// In the agent's working directory.
  func hasFile(_ name: String, in session: String) async throws -> Bool
  func makeFile(_ name: String, in session: String) async throws
  func runners(of session: String) async throws -> [pid_t]
  /// The names of Claude Code's own records on the volume.
  func claudeRecords(of session: String) async throws -> [String]
}

extension PaddockInstallation: SandboxAccess {
  var restartsRunners: Bool { false }

  func hasFile(_ name: String, in session: String) -> Bool {
    FileManager.default.fileExists(atPath: directory + "/sessions/\(session)/volume/work/\(name)")
  }

  func makeFile(_ name: String, in session: String) throws {
    try Data().write(to: URL(filePath: directory + "/sessions/\(session)/volume/work/\(name)"))
  }

  func runners(of session: String) -> [pid_t] { Processes.runners(of: session) }

  func claudeRecords(of session: String) throws -> [String] {
    let projects = directory + "/sessions/\(session)/volume/.state/claude/projects"
    return try FileManager.default.subpathsOfDirectory(atPath: projects).filter { $0.hasSuffix(".jsonl") }
      .map { String($0.split(separator: "/").last ?? "") }
  }
}

extension KubernetesStack: SandboxAccess {
  var restartsRunners: Bool { true }

  func hasFile(_ name: String, in session: String) async throws -> Bool {
    try await inside(session, "test", "-e", "/workspace/work/\(name)").status == 0
  }

  func makeFile(_ name: String, in session: String) async throws {
    let run = try await inside(session, "touch", "/workspace/work/\(name)")
    try #require(run.status == 0, "\(run.errors)")
  }

  /// From outside: nothing in a container can kill its process 1.
  func runners(of session: String) async throws -> [pid_t] {
    let uids = try await node.require(
      "get", "pods", "--namespace", namespace, "--selector", "paddock.dev/session=\(session)",
      "--output", "jsonpath={.items[*].metadata.uid}")
    let names = uids.split(separator: " ").flatMap { [String($0), $0.replacingOccurrences(of: "-", with: "_")] }
    return Processes.all { $0.contains("paddock-runner\0serve\0") }.filter { pid in
      let groups = (try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)) ?? ""
      return names.contains { groups.contains($0) }
    }
  }

  func claudeRecords(of session: String) async throws -> [String] {
    try await inside(session, "find", "/workspace/.state/claude/projects", "-name", "*.jsonl").lines
      .map { String($0.split(separator: "/").last ?? "") }
  }

  func journal(of session: String) async throws -> [String] {
    try await inside(session, "cat", "/workspace/.paddock/journal.jsonl").lines
  }

  func deletePod(of session: String) async throws {
    try await node.require("delete", try await pod(of: session), "--namespace", namespace)
  }

  private func inside(_ session: String, _ command: String...) async throws -> ProgramRun {
    let pod = try await pod(of: session)
    return try await node.kubectl(["exec", "--namespace", namespace, pod, "--container", "agent", "--"] + command)
  }

  /// Also of one that is being deleted.
  func podIdentity(of session: String) async throws -> String {
    try await node.require(
      "get", try await pod(of: session), "--namespace", namespace, "--output", "jsonpath={.metadata.uid}")
  }

  func pod(of session: String) async throws -> String {
    let run = try await node.require(
      "get", "pods", "--namespace", namespace, "--selector", "paddock.dev/session=\(session)", "--output", "name")
    return try #require(run.split(separator: "\n").first.map(String.init))
  }
}
