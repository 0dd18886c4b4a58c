import Glibc

/// The files and the process of one server. Its methods block.
struct Cluster: Sendable {
  /// As its owner named it; may become a symbolic link to where the server can reach it.
  let name: String
  let extraSettings: [String: String]
  /// The folder of the server's programs; nil finds them.
  let binaries: String?
  /// Where admitted users find the server; nil has none.
  let sharedSockets: String?
  let account = ServerAccount.current()

  init(
    _ name: String, _ extraSettings: [String: String], binaries: String? = nil, sharedSockets: String? = nil
  ) {
    self.name = absolute(name)
    self.extraSettings = extraSettings
    self.binaries = binaries
    self.sharedSockets = sharedSockets.map(absolute)
  }

  /// Without links, as the server sees it.
  var directory: String { resolved(name) ?? name }

  /// The major version that made the data; nil before there is any.
  var version: Int? { contents(of: "\(directory)/PG_VERSION").flatMap { Int(trimmed($0)) } }

  var process: ServerProcess? { ServerProcess.running(in: directory) }

  var logFile: String { "\(directory)/paddock.log" }

  /// In the data directory, which only its owner may enter; elsewhere when the path would be too long for a socket's
  /// address (107 bytes, of which `/.s.PGSQL.5432` takes 14).
  var socketDirectory: String {
    let directory = directory
    if Self.isShortEnough(directory) { return directory }
    let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
    let isUsable = !account.isOther && runtime.hasPrefix("/") && runtime.utf8.count < 60
    return "\(isUsable ? runtime : "/tmp")/paddock-\(shortName(directory))"
  }

  /// Where the path is short enough for a socket's address, and the server's account gets there.
  var usableSharedSockets: String? {
    guard let sharedSockets, Self.isShortEnough(sharedSockets), account.canReach(sharedSockets) else { return nil }
    return sharedSockets
  }

  private static func isShortEnough(_ directory: String) -> Bool { directory.utf8.count <= 107 - 14 }

  /// Part of the socket's name, also for a server that listens nowhere else.
  var port: String { extraSettings["port"] ?? "5432" }

  func url(database: String = "paddock", socketDirectory: String) -> String {
    let port = extraSettings["port"].map { "&port=\($0)" } ?? ""
    return "postgresql://paddock@/\(database)?host=\(percentEncoded(socketDirectory))\(port)"
  }

  /// Holds others off while the server is started or stopped.
  func locked<Value>(
    _ body: () throws(EmbeddedPostgresError) -> Value
  ) throws(EmbeddedPostgresError) -> Value {
    let held = try self.lock()
    let value = try body()
    _ = consume held
    return value
  }

  func lock() throws(EmbeddedPostgresError) -> ClusterLock { try ClusterLock(name + ".lock") }
}

private func absolute(_ path: String) -> String {
  var path = path
  while path.count > 1, path.hasSuffix("/") { path.removeLast() }
  if path.hasPrefix("/") { return path }
  return (resolved(".") ?? "") + "/" + path
}

private func percentEncoded(_ text: String) -> String {
  text.utf8.map { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      return String(Unicode.Scalar(byte))
    default: return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }.joined()
}
