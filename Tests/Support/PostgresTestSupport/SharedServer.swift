import EmbeddedPostgres
import Glibc

/// One server for each test process, started with the first test that asks for it. `PADDOCK_TEST_POSTGRES` is the
/// release (`sixteen`, `eighteen`) where not this machine's is wanted.
actor SharedServer {
  private static let shared = SharedServer()

  private var starting: Task<String, any Error>?

  static func url() async throws -> String { try await shared.start() }

  private func start() async throws -> String {
    if let starting { return try await starting.value }
    let task = Task { try await Self.launch() }
    starting = task
    return try await task.value
  }

  private static func launch() async throws -> String {
    let directory = temporaryDirectory("paddock-test")
    let release = getenv("PADDOCK_TEST_POSTGRES").flatMap { ServerRelease(rawValue: String(cString: $0)) } ?? .debian
    let server = EmbeddedPostgres(
      dataDirectory: "\(directory)/data",
      settings: ["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"],
      binaries: try await release.binaries())
    let url = try await server.start()
    if case .running(let pid, _) = server.status() { stopAfterThisProcess(server: pid, directory: directory) }
    return url
  }
}

/// A directory that other accounts may pass through, as the server's has to.
package func temporaryDirectory(_ prefix: String) -> String {
  let path = "/tmp/\(prefix)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
  mkdir(path, 0o711)
  chmod(path, 0o711)
  return path
}

/// Leaves a shell behind that stops the server and removes its files when this process has ended, in whatever way.
/// The number is used only while that process still works in the server's directory.
package func stopAfterThisProcess(server: Int32, directory: String) {
  let script = """
    tail --pid="$1" -s 0.5 -f /dev/null
    [ "$(readlink /proc/"$2"/cwd)" = "$3/data" ] && kill -QUIT "$2"
    tail --pid="$2" -s 0.2 -f /dev/null
    rm -rf -- "$3" "$3"/data.lock
    """
  Subcommand(["sh", "-c", script, "sh", "\(getpid())", "\(server)", directory]).detach()
}
