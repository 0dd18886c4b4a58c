import KubernetesClient

/// The programs of Tests/Support, which make the clusters of tests.
enum TestsSupport {
  /// The last line that it prints.
  static func run(_ name: String, _ arguments: String...) async throws -> String { try await run(name, arguments) }

  static func run(_ name: String, _ arguments: [String]) async throws -> String {
    let output = try await ProgramOutput.of(
      ["Tests/Support/\(name)"] + arguments, environment: KubeconfigSource.processEnvironment)
    guard output.status == 0 else { throw BenchmarkFailure("\(name) failed: \(output.text)") }
    return output.text.split(separator: "\n").last.map { String($0) } ?? ""
  }
}
