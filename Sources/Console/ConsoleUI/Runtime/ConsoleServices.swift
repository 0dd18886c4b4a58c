package import ConsoleConfig
package import ControlModel

/// What the console is connected to. Everything is called away from the UI thread.
package struct ConsoleServices: Sendable {
  package var teams: any TeamStore
  package var sessions: any SessionStore
  package var operations: any OperationStore
  package var secrets: any SecretStore
  /// `nil` where nobody keeps what engines tell.
  package var reports: (any SandboxReportStore)?
  /// `nil` where nobody counts who fills the disk.
  package var diskUses: (any DiskUseStore)?
  /// `nil` where there is no way into sandboxes.
  package var access: (any SandboxAccess)?
  /// Wakes the console when something was recorded; a new stream for each call.
  package var changes: @Sendable () -> AsyncStream<StoreChange>
  /// Who holds the core's lease, `nil` when no core is alive.
  package var coreHolder: @Sendable () async throws(ControlFailure) -> String?
  /// While the store does not answer: what is done about it, or what to do. May read files.
  package var advice: @Sendable () -> String?

  package init(
    teams: any TeamStore, sessions: any SessionStore, operations: any OperationStore, secrets: any SecretStore,
    reports: (any SandboxReportStore)? = nil, diskUses: (any DiskUseStore)? = nil, access: (any SandboxAccess)? = nil,
    changes: @escaping @Sendable () -> AsyncStream<StoreChange>,
    coreHolder: @escaping @Sendable () async throws(ControlFailure) -> String?,
    advice: @escaping @Sendable () -> String? = { nil }
  ) {
    self.teams = teams
    self.sessions = sessions
    self.operations = operations
    self.secrets = secrets
    self.reports = reports
    self.diskUses = diskUses
    self.access = access
    self.changes = changes
    self.coreHolder = coreHolder
    self.advice = advice
  }
}

/// How the console looks and who uses it.
package struct ConsoleConfiguration: Sendable {
  /// Shown in the header: the host and database, or the name of the context.
  package var storeName: String
  /// Goes into every operation: the database role, and behind a slash the operating system's user.
  package var actor: String
  package var files: ConfigurationFiles
  /// Before those of the settings file.
  package var theme: String?
  package var keymap: String?
  package var localTime: LocalTime
  /// Reads the wall clock; tests have their own.
  package var clock: @Sendable () -> Timestamp

  package init(
    storeName: String, actor: String, files: ConfigurationFiles = ConfigurationFiles(), theme: String? = nil,
    keymap: String? = nil, localTime: LocalTime = .system, clock: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.storeName = storeName
    self.actor = actor
    self.files = files
    self.theme = theme
    self.keymap = keymap
    self.localTime = localTime
    self.clock = clock
  }

  func settings(theme: String? = nil, keymap: String? = nil) -> Configuration {
    Configuration(
      files: files, commands: Set(CommandName.allCases.map(\.rawValue)), theme: theme ?? self.theme,
      keymap: keymap ?? self.keymap)
  }
}
