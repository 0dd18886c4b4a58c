import EmbeddedPostgres
import Glibc

package enum PoolMode: String, Sendable, CaseIterable {
  case session, transaction, statement
}

package struct PoolerFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Gives `body` the URL of a database as it is reached through a real PgBouncer of its own.
package func withPgBouncer(
  _ mode: PoolMode, poolSize: Int, to url: String, _ body: (_ url: String) async throws -> Void
) async throws {
  let directory = temporaryDirectory("paddock-pooler")
  chmod(directory, 0o777)
  let parts = url.split(separator: "?", maxSplits: 1)
  let options = parts[1].split(separator: "&").map(String.init)
  let host = options.first { $0.hasPrefix("host=") }?.dropFirst(5) ?? ""
  let configuration = """
    [databases]
    * = host=\(host) port=5432
    [pgbouncer]
    listen_port = 6432
    unix_socket_dir = \(directory)
    auth_type = trust
    auth_file = \(directory)/users
    pool_mode = \(mode)
    default_pool_size = \(poolSize)
    pidfile = \(directory)/pid
    logfile = \(directory)/log
    """
  try write(configuration, to: "\(directory)/pooler.ini")
  try write("\"paddock\" \"\"\n", to: "\(directory)/users")
  // It refuses to run as root. The shell ends it with this process at the latest.
  let account = geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups --" : ""
  let script = """
    \(account) pgbouncer --quiet "$1/pooler.ini" & pooler=$!
    tail --pid="$2" -s 0.2 -f /dev/null & watched=$!
    while kill -0 $pooler 2>/dev/null && kill -0 $watched 2>/dev/null && [ ! -e "$1/end" ]; do sleep 0.1; done
    kill $pooler $watched 2>/dev/null; wait; rm -rf -- "$1"
    """
  Subcommand(["sh", "-c", script, "sh", directory, "\(getpid())"]).detach()
  defer { close(open("\(directory)/end", O_CREAT | O_WRONLY, 0o600)) }
  let deadline = ContinuousClock.now + .seconds(30)
  while access("\(directory)/.s.PGSQL.6432", F_OK) != 0 {
    guard ContinuousClock.now < deadline else { throw PoolerFailure(description: "PgBouncer did not start.") }
    try await Task.sleep(for: .milliseconds(20))
  }
  let others = options.filter { !$0.hasPrefix("host=") && !$0.hasPrefix("port=") }
  try await body("\(parts[0])?" + (others + ["host=\(directory)", "port=6432"]).joined(separator: "&"))
}

private func write(_ text: String, to path: String) throws {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  defer { if file >= 0 { close(file) } }
  let bytes = Array(text.utf8)
  guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
    throw PoolerFailure(description: "\(path) cannot be written.")
  }
}
