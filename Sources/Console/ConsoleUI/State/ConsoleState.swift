package import ConsoleConfig
package import ControlModel
package import TerminalCore

/// All that the console knows and shows. Pure: events go in, effects come out, and nothing else happens.
package struct ConsoleState: Sendable {
  /// For this long after a key that moves, rows keep their order.
  package static let settleSeconds = 2.0

  package internal(set) var now: Timestamp
  package internal(set) var size: Size
  package let storeName: CleanText
  package let localTime: LocalTime

  package internal(set) var connection = ConnectionState.connecting
  package internal(set) var storeAdvice: CleanText?
  package internal(set) var coreHolder: CleanText?
  package internal(set) var isCoreKnown = false
  /// It holds its lease and does nothing.
  package var isCoreSilent: Bool { coreHolder.map { SilentHolder.isTold(of: $0.text) } ?? false }
  /// Of the core that said something last.
  package internal(set) var engine: EngineStatus?
  /// `nil` while there is room.
  package internal(set) var disk: KnownDisk?
  /// Counts what was opened, so that an answer to what was given up is known.
  var accessNumber = 0
  package internal(set) var list = SessionList()
  package internal(set) var totals = SessionTotals()
  package internal(set) var spending = Spending()
  package internal(set) var teams: [Team] = []
  package internal(set) var agents: [Agent] = []
  package internal(set) var areTeamsLoaded = false
  /// Teams and agents that are not in these lists.
  package internal(set) var unreadableTeams: [UnreadableRow] = []
  package internal(set) var secrets: [Secret] = []
  package internal(set) var areSecretsLoaded = false
  package internal(set) var unreadableSecrets: [UnreadableRow] = []
  /// Names a secret of the list, never a row.
  package internal(set) var selectedSecret: SecretKey?

  package internal(set) var focus = Pane.sandboxes
  package internal(set) var isZoomed = false
  package internal(set) var transcript: Transcript?
  /// The session under a moving cursor. The transcript shows the former one until the cursor rests: on a slow line a
  /// screenful for each row that is passed would be in the way.
  var passing: SessionID?
  /// Places in other sessions, for when the operator comes back to them; newest last.
  var parked: [Transcript] = []
  package internal(set) var overlay: Overlay?
  package internal(set) var drafts: [SessionID: String] = [:]
  package internal(set) var notice: Notice?
  /// Keys of an unfinished sequence.
  package internal(set) var pendingKeys: [Key] = []
  var lastMove: Timestamp?

  package internal(set) var theme: Theme
  package internal(set) var keymap: Keymap
  package let themeNames: [String]
  package let keymapNames: [String]

  package struct SecretKey: Sendable, Hashable {
    package let team: ResourceName
    package let name: String
  }

  package init(
    storeName: String, size: Size, theme: Theme, keymap: Keymap, themeNames: [String] = [], keymapNames: [String] = [],
    localTime: LocalTime = .utc, now: Timestamp
  ) {
    self.storeName = CleanText(untrusted: storeName)
    self.size = size
    self.theme = theme
    self.keymap = keymap
    self.themeNames = themeNames
    self.keymapNames = keymapNames
    self.localTime = localTime
    self.now = now
    list.setHeight(layout.listHeight)
  }

  /// What to load before anything is known.
  package var firstEffects: [ConsoleEffect] { [.loadSessions, .loadTeams, .loadSecrets] }

  package var layout: ScreenLayout {
    // Of all teams and without the filter: what is typed or chosen moves no border.
    let rows = list.isLoaded && areTeamsLoaded ? max(list.all.count, teams.count) : nil
    return ScreenLayout(size: size, focus: focus, isZoomed: isZoomed, rows: rows)
  }

  package var shownSecrets: [Secret] {
    guard let team = list.team else { return secrets }
    return secrets.filter { $0.team == team }
  }

  /// Whether rows may change places: not while somebody may be about to press a key on one.
  var mayReorder: Bool {
    guard case .none = overlay else { return false }
    return lastMove.map { now.seconds(since: $0) >= Self.settleSeconds } ?? true
  }

  mutating func say(_ text: CleanText, _ level: Notice.Level = .info) { notice = Notice(level, text, at: now) }
}
