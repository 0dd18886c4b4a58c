import Glibc
import Volumes

extension Cluster {
  func start() throws(EmbeddedPostgresError) -> ServerProcess {
    try makeParent()
    return try locked { () throws(EmbeddedPostgresError) in
      if let process {
        if process.hasSocket(port: port) { return process }
        // It was removed: nobody reaches this server any more, and it makes no new one.
        try end(process)
      }
      let binaries = try ServerBinaries.find(version: version, dataDirectory: directory, among: binaries)
      try create(binaries)
      try clearRemains()
      let socketDirectory = socketDirectory
      if socketDirectory != directory { try makePrivateDirectory(socketDirectory, for: account) }
      try makeSharedSockets()
      let directories = [socketDirectory] + (usableSharedSockets.map { [$0] } ?? [])
      let settings = ServerSettings(
        socketDirectories: directories, volume: FileSystemSpace(at: directory)?.total ?? .max, extra: extraSettings)
      try write(settings.text, to: "\(directory)/\(ServerSettings.fileName)", for: account)
      try shortenLog()
      return try launch(binaries)
    }
  }

  func stop() throws(EmbeddedPostgresError) {
    guard version != nil else { return }
    try locked { () throws(EmbeddedPostgresError) in
      if let process { try end(process) }
    }
  }

  private func end(_ process: ServerProcess) throws(EmbeddedPostgresError) {
    defer { removeSocketDirectory(of: process) }
    // Fast shutdown: ends sessions, writes a checkpoint. Then immediate shutdown: recovers at the next start.
    for (signal, seconds) in [(SIGINT, 60.0), (SIGQUIT, 10.0)] {
      guard self.process == process else { return }
      kill(process.pid, signal)
      if wait(seconds, for: { !process.isAlive }) { return }
    }
    throw .stopFailed(pid: process.pid)
  }

  /// One of its own is empty once the server has ended; while it works, this does nothing.
  private func removeSocketDirectory(of process: ServerProcess) {
    if process.socketDirectory != directory { rmdir(process.socketDirectory) }
  }

  private func launch(_ binaries: ServerBinaries) throws(EmbeddedPostgresError) -> ServerProcess {
    // Long enough for the recovery after a crash.
    let outcome = Subcommand(
      [binaries.path("pg_ctl"), "start", "--pgdata=\(directory)", "--log=\(logFile)", "--wait", "--timeout=300"],
      as: account
    ).run()
    guard outcome.status == 0, let process else {
      throw .startFailed(log: logEnd ?? outcome.output)
    }
    return process
  }

  /// What a killed server leaves. Its remaining processes must be gone first: a new server beside them would destroy the
  /// data. Then a process number that something else has by now must not keep the server from starting.
  private func clearRemains() throws(EmbeddedPostgresError) {
    let directory = directory
    guard wait(30, for: { ServerProcess.all(in: directory).isEmpty }) else {
      throw .startFailed(log: "processes of a server that was killed are still at work in \(directory)")
    }
    if ServerProcess.isRecycled(in: directory) { unlink("\(directory)/postmaster.pid") }
    for directory in [socketDirectory] + (usableSharedSockets.map { [$0] } ?? []) {
      unlink("\(directory)/.s.PGSQL.\(port).lock")
    }
  }

  /// The lock lies beside the data directory.
  private func makeParent() throws(EmbeddedPostgresError) {
    let parent = parentDirectory(name)
    guard fileStatus(parent) == nil else { return }
    let own = ServerAccount(user: geteuid(), group: getegid(), isOther: false)
    try makePrivateDirectory(parent, for: own)
    // The server's account has to pass through.
    if account.isOther, chmod(parent, 0o711) != 0 { throw unusable(parent) }
  }

  private func shortenLog() throws(EmbeddedPostgresError) {
    guard let status = fileStatus(logFile), status.st_size > 8 << 20 else { return }
    guard rename(logFile, logFile + ".old") == 0 else { throw unusable(logFile) }
  }

  private var logEnd: String? {
    guard let log = contents(of: logFile), !log.isEmpty else { return nil }
    return log.split(separator: "\n").suffix(5).joined(separator: " | ")
  }

  private func wait(_ seconds: Double, for condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition() {
      if ContinuousClock.now > end { return false }
      usleep(20_000)
    }
    return true
  }
}
