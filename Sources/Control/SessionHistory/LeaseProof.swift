import ControlModel
import PostgresClient

/// What proves that a connection has the lease: which process of the server took it, since when that process runs, and a
/// word that it was told. An answer alone proves nothing: behind a pooler in transaction mode it may come from another
/// process, or from one that another core speaks to as well.
struct LeaseProof: Sendable {
  enum Mode: String {
    case exclusive = "ExclusiveLock"
    case shared = "ShareLock"
  }

  private let mode: Mode
  private let process: Int32
  private let began: Int64
  private let word: String

  /// Takes the lease; `nil` where others keep it. Refused where the process that answers has it, or has been told a word,
  /// already: it serves somebody else, too.
  static func take(_ mode: Mode, _ connection: PostgresConnection) async throws -> LeaseProof? {
    let word = String(UInt64.random(in: 1 ... .max), radix: 36)
    let rows = try await connection.query(mode == .exclusive ? exclusive : shared, [.text(word)])
    guard let row = rows.first, try row.bool("is_own") else { throw SessionProbe.refusal(connection.configuration) }
    guard try row.bool("taken") else { return nil }
    return LeaseProof(
      mode: mode, process: Int32(try row.int("process")), began: try row.timestamp("began"), word: word)
  }

  /// Whether the connection still has it, and these slots. Bounded: a server that is gone without a word must not keep a
  /// core from knowing that it is on its own.
  func holds(_ connection: PostgresConnection, slots: [Int] = []) async -> Bool {
    let alarm = Task {
      try await Task.sleep(for: .seconds(2))
      await connection.close()
    }
    defer { alarm.cancel() }
    let rows = try? await connection.query(
      Self.question,
      [
        .int4(process), .timestamptz(microseconds: began), .text(word), .text(mode.rawValue),
        .int8Array(slots.map(Int64.init)),
      ])
    return (try? rows?.first?.bool("holds")) == true
  }

  private static let own = """
    SELECT FROM pg_locks k WHERE k.pid = pg_backend_pid() AND k.locktype = 'advisory' AND k.granted AND k.objsubid = 2
    """

  private static let exclusive = taking("pg_try_advisory_lock(\(AdvisoryLock.lease))")
  private static let shared = taking("pg_try_advisory_lock_shared(\(AdvisoryLock.lease))")

  private static func taking(_ call: String) -> String {
    """
    WITH asked AS MATERIALIZED (
      SELECT pg_backend_pid() AS process, a.backend_start AS began,
        coalesce(current_setting('paddock.lease', true), '') = ''
          AND NOT EXISTS (\(own) AND (k.classid, k.objid) = (\(AdvisoryLock.lease))) AS is_own
      FROM pg_stat_get_activity(pg_backend_pid()) a
    ), tried AS MATERIALIZED (SELECT *, CASE WHEN is_own THEN \(call) ELSE false END AS taken FROM asked)
    SELECT *, CASE WHEN taken THEN set_config('paddock.lease', $1, false) END AS word FROM tried
    """
  }

  private static let question = """
    SELECT pg_backend_pid() = $1 AND current_setting('paddock.lease', true) IS NOT DISTINCT FROM $3
      AND EXISTS (SELECT FROM pg_stat_get_activity(pg_backend_pid()) a WHERE a.backend_start = $2)
      AND EXISTS (\(own) AND (k.classid, k.objid) = (\(AdvisoryLock.lease)) AND k.mode = $4)
      AND (SELECT count(*) FROM unnest($5::bigint[]) AS slot WHERE EXISTS (
        \(own) AND k.classid = \(AdvisoryLock.slots) AND k.objid = slot AND k.mode = 'ExclusiveLock'))
        = cardinality($5::bigint[]) AS holds
    """
}
