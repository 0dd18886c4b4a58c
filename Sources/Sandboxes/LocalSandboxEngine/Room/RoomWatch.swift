import ControlModel
import Dispatch
import Glibc
import ProcessIdentity
import QueueExecutor
import Synchronization
import Volumes

/// Watches the volumes that a stack's data lie on, keeps room for the database, and lets agents rest before there is none.
///
/// An actor of its own: neither a disk that is slow to write nor a sandbox that is being made may hold it up. Of several
/// engines on one data directory one acts, whoever has the lock; the others look.
actor RoomWatch {
  let dataDirectory: String
  /// A directory of each volume, the sessions' own first.
  private let places: [String]
  let freezer: Freezer
  private let broadcast: ChangeBroadcast
  private nonisolated let executor = QueueExecutor(label: "paddock.room-watch")
  private static let counting = DispatchQueue(label: "paddock.room-watch.counting", qos: .utility)

  private static let pauseAtRest = 0.25

  private(set) var pressure = DiskPressure()
  private var lock: SessionLock?
  private(set) var sizes: [SessionID: SessionSize] = [:]
  var histories: [SessionID: DiskSize] = [:]
  /// By the sandbox's uid.
  private var resting: [String: Rest] = [:]
  /// What runners were told last, and who is being told.
  var told: [ProcessIdentity: String] = [:]
  var telling: Set<ProcessIdentity> = []
  /// Runners whose agents are stopped from here.
  var deaf: Set<ProcessIdentity> = []
  private var isCounting = false
  private var countAt = ContinuousClock.now
  var listAt = ContinuousClock.now
  private var hasLooked = false
  private var areAllAtRest = false
  /// Where the file system does not show what a file is given, nothing can be kept.
  private var unkept: Set<String> = []
  /// What other threads ask for: why a sandbox rests, and the preparations under way.
  private nonisolated let shared = Mutex(Shared())

  private struct Shared {
    var messages: [String: (reason: String, message: String, since: Timestamp)] = [:]
    var preparations: [String: ChildCommand] = [:]
    var level = DiskLevel.ample
    var summary = ""
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(dataDirectory: String, places: [String], groups: ControlGroups, broadcast: ChangeBroadcast) {
    self.dataDirectory = dataDirectory
    self.places = [dataDirectory, dataDirectory + "/sessions"] + places
    freezer = Freezer(groups: groups)
    self.broadcast = broadcast
  }

  /// One look; returns the seconds until the next.
  func look(histories: [SessionID: DiskSize]) -> Double {
    self.histories = histories
    let former = pressure.status?.level
    let spaces = lookAtVolumes()
    if lock == nil { lock = try? SessionLock(path: dataDirectory + "/room.lock") }
    let level = pressure.status?.level ?? .ample
    if lock != nil, former != level || isListDue { areAllAtRest = settle(live(), at: level) }
    if former != level { broadcast.notify() }
    publish()
    let pause = DiskPressure.pause(before: spaces)
    // Nobody writes who could be kept from it.
    return areAllAtRest ? max(pause, Self.pauseAtRest) : pause
  }

  /// Sessions' records are read only when something may follow from them.
  private var isListDue: Bool { !hasLooked || listAt <= .now }

  // MARK: Volumes

  private func lookAtVolumes() -> [VolumeSpace] {
    var volumes: [(space: VolumeSpace, missingReserve: Int64)] = []
    var seen: Set<UInt64> = []
    for place in places {
      guard let found = FileSystemSpace(at: place), seen.insert(found.device).inserted else { continue }
      var space = VolumeSpace(
        place: place, total: found.total, free: found.free, files: found.files, freeFiles: found.freeFiles)
      let isThere = keepReserve(in: place, &space)
      volumes.append((space, isThere ? 0 : DiskLines(bytes: space.total).reserve))
    }
    pressure.look(at: volumes, now: .now())
    return volumes.map(\.space)
  }

  /// Whether it is there afterwards. Whoever does not hold the lock leaves it as it is.
  private func keepReserve(in place: String, _ space: inout VolumeSpace) -> Bool {
    let lines = DiskLines(bytes: space.total)
    let file = ReserveFile(in: place)
    let isThere = file.isThere(size: lines.reserve)
    guard lock != nil || !hasLooked else { return isThere }
    switch lines.reserveStep(free: space.free, isThere: isThere) {
    case .leave: return isThere
    case .giveBack:
      file.giveBack()
      return false
    case .make:
      guard lock != nil, !unkept.contains(place), file.make(size: lines.reserve) == 0 else { return false }
      if !file.isThere(size: lines.reserve) { unkept.insert(place) }
      return true
    }
  }

  // MARK: Agents

  private struct Live {
    var record: SandboxRecord
    var preparation: ChildCommand?
  }

  private func live() -> [Live] {
    // Thousands of records may be kept: the volumes are looked at far more often than these.
    let level = pressure.status?.level ?? .ample
    listAt = .now + .seconds(level >= .atReserve ? 1 : level == .nearlyFull || !resting.isEmpty ? 2 : 10)
    let preparations = shared.withLock { $0.preparations }
    let sessions = (namesIn(dataDirectory + "/sessions") ?? []).compactMap { SessionID($0) }
    let paths = sessions.map { SessionPaths(dataDirectory: dataDirectory, session: $0) }
    let records = paths.compactMap { readFile($0.record).flatMap(SandboxRecord.init(parsing:)) }
    let live = records.compactMap { record -> Live? in
      let preparation = preparations[record.uid]
      guard preparation != nil || record.process?.isAlive ?? false else { return nil }
      return Live(record: record, preparation: preparation)
    }
    count(live.map(\.record), paths)
    return live
  }

  /// Whether all rest afterwards.
  private func settle(_ live: [Live], at level: DiskLevel) -> Bool {
    // What a core that is gone has frozen goes on, unless there is a reason now.
    if !hasLooked { for one in live where isFoundAtRest(one.record) { resting[one.record.uid] = .found } }
    hasLooked = true
    let uids = Set(live.map(\.record.uid))
    resting = resting.filter { uids.contains($0.key) }
    forget(except: Set(live.compactMap(\.record.process)))
    let known = Dictionary(live.map { ($0.record.request.session, size(of: $0.record.request.session)) }) { $1 }
    let all = DiskPressure.resting(known, at: level)
    for one in live {
      let record = one.record
      let reason = beyondLimit(record) ?? (all.contains(record.request.session) ? .disk : nil)
      if let reason {
        rest(record)
        one.preparation?.freeze(true)
        if resting.updateValue(reason, forKey: record.uid) != reason { broadcast.notify() }
      } else if resting.removeValue(forKey: record.uid) != nil {
        freezer.thaw(record)
        one.preparation?.freeze(false)
        broadcast.notify()
      }
      tell(record, reason)
    }
    pressure.note(frozen: resting.count)
    return resting.count == live.count
  }

  private func size(of session: SessionID) -> Int64? {
    guard let size = sizes[session], !size.isPartial else { return nil }
    let history = (histories[session] ?? .zero).written { $0 }
    return size.bytes.addingReportingOverflow(history).partialValue
  }

  private func beyondLimit(_ record: SandboxRecord) -> Rest? {
    guard let limit = record.request.agent.spec.limits.disk, let size = sizes[record.request.session] else {
      return nil
    }
    let wasBeyond =
      switch resting[record.uid] {
      case .workspace: true
      default: false
      }
    guard DiskPressure.isBeyond(limit, bytes: size.workspace.bytes, wasBeyond: wasBeyond) else { return nil }
    return .workspace(bytes: DiskSize(steps: size.workspace.bytes), limit: limit)
  }

  // MARK: Sizes

  /// Whatever takes long is counted seldom: nine tenths of the time nothing is counted.
  private func count(_ live: [SandboxRecord], _ all: [SessionPaths]) {
    let isFull = (pressure.status?.level ?? .ample) >= .nearlyFull
    let limited = live.filter { $0.request.agent.spec.limits.disk != nil }
    guard !isCounting, countAt <= .now, isFull || !limited.isEmpty else { return }
    isCounting = true
    let first = (isFull ? live : limited).map { record in
      MeasuredSession(
        paths: SessionPaths(dataDirectory: dataDirectory, session: record.request.session),
        team: record.request.agent.team)
    }
    let known = Set(first.map(\.paths.session))
    let others = !isFull ? [] : all.filter { !known.contains($0.session) }
    Self.counting.async { [weak self] in
      let began = ContinuousClock.now
      let idle = others.compactMap { paths in
        readText(paths.team).flatMap { try? ResourceName($0) }.map { MeasuredSession(paths: paths, team: $0) }
      }
      let sizes = SessionSize.measure(first + idle)
      let time = ContinuousClock.now - began
      Task { await self?.take(sizes, after: time) }
    }
  }

  private func take(_ latest: [SessionID: SessionSize], after time: Duration) {
    isCounting = false
    countAt = .now + max(.seconds(2), time * 9)
    // A limit is looked at again as soon as it is known what it is compared with.
    listAt = .now
    sizes = latest
  }

  func uses(limit: Int) -> [DiskUse] {
    let uses = sizes.map { session, size in
      DiskUse(
        session: session, team: size.team, folder: DiskSize(steps: size.bytes), history: histories[session] ?? .zero,
        isPartial: size.isPartial)
    }
    return Array(uses.sorted { ($0.total, $0.session.text) > ($1.total, $1.session.text) }.prefix(limit))
  }

  // MARK: What others ask for

  private func publish() {
    let status = pressure.status
    shared.withLock { shared in
      let former = shared.messages
      shared.messages = [:]
      for (uid, rest) in resting {
        // As it was when it began: a text that changed with each look would be written each time.
        if let old = former[uid], old.reason == rest.reason {
          shared.messages[uid] = old
        } else {
          shared.messages[uid] = (rest.reason, rest.message(status), .now())
        }
      }
      shared.level = status?.level ?? .ample
      shared.summary = status?.summary ?? ""
    }
  }

  nonisolated func condition(of uid: String) -> Sandbox.Condition? {
    guard let rest = shared.withLock({ $0.messages[uid] }) else { return nil }
    return Sandbox.Condition(
      type: Sandbox.Condition.frozen, isTrue: true, reason: rest.reason, message: rest.message, since: rest.since)
  }

  nonisolated func note(_ preparations: [String: ChildCommand]) {
    shared.withLock { $0.preparations = preparations }
  }

  /// A sandbox that is made now would be frozen at once, and what makes it ready takes room.
  nonisolated func checkRoom() throws(ControlFailure) {
    let (level, summary) = shared.withLock { ($0.level, $0.summary) }
    guard level >= .atReserve else { return }
    throw ControlFailure(
      .unavailable, SessionReason.noRoom.told(summary), hint: "It is tried again when there is room.")
  }
}
