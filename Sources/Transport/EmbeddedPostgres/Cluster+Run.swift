import Files
import Glibc
import ProcessIdentity
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
    guard version != nil else { return try endLost() }
    try locked { () throws(EmbeddedPostgresError) in
      if let process { try end(process) }
    }
  }

  /// The data directory is not where it was: what it left at work is known by its command line alone. There is no place
  /// for a lock any more, and nothing that could be started meanwhile.
  private func endLost() throws(EmbeddedPostgresError) {
    let path = resolvedAsFarAsThere(name)
    let places = [name, path, reachablePlace(for: path)]
    for server in ServerProcess.lost(from: places) {
      for (signal, seconds) in [(SIGINT, 60.0), (SIGQUIT, 10.0), (SIGKILL, 10.0)] where server.isAlive {
        ProcessHandle(server)?.signal(signal)
        _ = wait(seconds) { !server.isAlive }
      }
      if server.isAlive { throw .stopFailed(pid: server.pid) }
      // Where it was started by this very process.
      waitpid(server.pid, nil, WNOHANG)
    }
  }

  private func end(_ process: ServerProcess) throws(EmbeddedPostgresError) {
    defer { removeSocketDirectory(of: process) }
    // Fast shutdown: ends sessions, writes a checkpoint. Then immediate shutdown: recovers at the next start.
    for (signal, seconds) in [(SIGINT, 60.0), (SIGQUIT, 10.0)] {
      guard self.process == process else { return }
      kill(process.pid, signal)
      if wait(seconds, for: { !process.isAlive }) {
        // Where it was started by this very process.
        waitpid(process.pid, nil, WNOHANG)
        return
      }
    }
    throw .stopFailed(pid: process.pid)
  }

  /// One of its own is empty once the server has ended; while it works, this does nothing.
  private func removeSocketDirectory(of process: ServerProcess) {
    if process.socketDirectory != directory { rmdir(process.socketDirectory) }
  }

  private func launch(_ binaries: ServerBinaries) throws(EmbeddedPostgresError) -> ServerProcess {
    let log = try openLog()
    defer { close(log) }
    // Not by pg_ctl, which hands the directory's name to a shell.
    let command = Subcommand([binaries.path("postgres"), "-D", directory], as: account)
    guard let server = command.start(output: log) else {
      throw .startFailed(log: "\(binaries.path("postgres")) cannot be started")
    }
    var hasEnded = false
    // Long enough for the recovery after a crash.
    _ = wait(300) {
      hasEnded = waitpid(server, nil, WNOHANG) == server
      return hasEnded || ServerProcess.isReady(server, in: directory)
    }
    guard !hasEnded, ServerProcess.isReady(server, in: directory), let process else {
      throw .startFailed(log: logEnd ?? "it ended without a word")
    }
    return process
  }

  /// The server's account writes it, and keeps it.
  private func openLog() throws(EmbeddedPostgresError) -> Int32 {
    let log: Int32
    do { log = try PlainFile.open(logFile, O_WRONLY | O_CREAT | O_APPEND, followingLinks: false) } catch {
      throw .directoryUnusable(path: logFile, reason: "\(error)")
    }
    guard !account.isOther || fchown(log, account.user, account.group) == 0 else {
      let error = unusable(logFile)
      close(log)
      throw error
    }
    return log
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
