/// What a private server on a small machine is told. Values that are not here are Postgres' own.
struct ServerSettings {
  static let fileName = "paddock.conf"

  /// The first is where the stack itself finds the server.
  let socketDirectories: [String]
  /// Bytes of the volume that the data are on.
  let volume: Int64
  /// Come last, so they win.
  let extra: [String: String]

  var text: String {
    let lines = (base + extra.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).map { "\($0.0) = \(quoted($0.1))" }
    return "# Written at every start; put changes into postgresql.auto.conf with ALTER SYSTEM.\n"
      + lines.joined(separator: "\n") + "\n"
  }

  private var base: [(String, String)] {
    [
      ("listen_addresses", ""),
      ("unix_socket_directories", socketDirectories.map(listed).joined(separator: ", ")),
      // Their directories decide who reaches them.
      ("unix_socket_permissions", "0777"),
      ("cluster_name", "paddock"),
      ("max_connections", "100"),
      // The core is a superuser here: ten connections of its own and some for whoever mends things, whatever others open.
      ("superuser_reserved_connections", "16"),
      ("shared_buffers", "128MB"),
      ("work_mem", "8MB"),
      ("maintenance_work_mem", "64MB"),
      ("effective_cache_size", "1GB"),
      ("random_page_cost", "1.1"),
      // Compiling a plan costs more than most of our queries.
      ("jit", "off"),
      ("wal_compression", "on"),
      ("max_wal_size", "\(mostLog)MB"),
      ("min_wal_size", "\(min(80, mostLog / 2))MB"),
      ("temp_file_limit", "\(mostSpill)MB"),
      ("timezone", "UTC"),
      ("log_timezone", "UTC"),
      ("log_min_messages", "warning"),
      ("log_checkpoints", "off"),
      ("log_line_prefix", "%m [%p] "),
      ("lc_messages", "C"),
    ]
  }

  /// MiB that one connection's queries may put on the disk.
  private var mostSpill: Int64 { min(2048, max(64, (volume / 20) >> 20)) }

  /// MiB of write-ahead log between checkpoints: a gigabyte, but no more than a tenth of a small volume, and at least
  /// four segments.
  private var mostLog: Int64 { min(1024, max(64, (volume / 10) >> 20)) }

  /// Everyone who can open the socket is let in under any name. The directory of the socket has mode 0700 and belongs
  /// to the server's account, so that is this account and root, who could read the data anyway; and root's console
  /// gets in as easily as the account's own. Before anybody else is admitted, `Admissions` comes before this line.
  static let authentication = "# type database user method\nlocal all all trust\n"

  /// An element of a list, in which commas and spaces part.
  private func listed(_ directory: String) -> String {
    guard directory.contains(where: { ", \"".contains($0) }) else { return directory }
    return "\"" + directory.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// A value in the server's files, where a backslash begins an escape.
  private func quoted(_ value: String) -> String {
    "'" + value.unicodeScalars.map { $0 == "'" ? "''" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "'"
  }
}
