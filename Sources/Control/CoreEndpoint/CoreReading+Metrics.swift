package import ControlCore
import ControlModel

extension CoreReading {
  /// Of one core; what all of them have is the sum.
  package func metrics(version: String, engine: String) -> [MetricFamily] {
    [
      MetricFamily(
        "paddock_core_info", .gauge, "Always 1; what this core is.",
        [.init(1, [.init("version", version), .init("engine", engine)])])
    ] + share + recording + troubles
  }

  private var share: [MetricFamily] {
    [
      MetricFamily("paddock_core_lease_held", .gauge, "Whether it has sessions, or may have.", holdsLease ? 1 : 0),
      MetricFamily("paddock_core_slots_held", .gauge, "Of the 256 slots that sessions are shared by.", slots),
      MetricFamily(
        "paddock_core_sessions", .gauge, "Its own sessions, by state.",
        SessionState.allCases.map { .init(Double(sessions[$0] ?? 0), [.init("state", $0.rawValue)]) }),
      MetricFamily(
        "paddock_core_operations_pending", .gauge, "Operations of all cores that are not yet carried out.",
        pendingOperations),
    ]
  }

  private var recording: [MetricFamily] {
    [
      MetricFamily("paddock_core_events_recorded_total", .counter, "Events written into the database.", events),
      MetricFamily("paddock_core_commits_total", .counter, "Transactions that events were written in.", commits),
      MetricFamily(
        "paddock_core_recording_delay_seconds", .histogram,
        "From an event, by its sandbox's clock, to its commit, by the core's.", delays.samples),
    ]
  }

  private var troubles: [MetricFamily] {
    [
      MetricFamily("paddock_core_looks_total", .counter, "Times it compared what is wanted with what is.", looks),
      MetricFamily(
        "paddock_core_looks_failed_total", .counter, "Times it could not: the database or the engine did not answer.",
        failedLooks),
      MetricFamily(
        "paddock_core_commits_failed_total", .counter, "Transactions with events that the database did not take.",
        failedCommits),
      MetricFamily(
        "paddock_core_steps_failed_total", .counter, "Steps of sessions that failed, by the failure's code.",
        failedSteps.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { .init(Double($0.value), [.init("code", $0.key.rawValue)]) }),
      MetricFamily(
        "paddock_core_database_reconnects_total", .counter, "Times the connection that wakes it was lost and is back.",
        max(0, databaseConnections - 1)),
    ]
  }
}

extension DelayHistogram {
  /// Each bucket holds those before it.
  fileprivate var samples: [MetricFamily.Sample] {
    var total: Int64 = 0
    var samples: [MetricFamily.Sample] = []
    for (bound, count) in zip(Self.bounds, counts) {
      total += count
      let end = Int64(exactly: bound).map { "\($0)" } ?? "\(bound)"
      samples.append(.init(Double(total), [.init("le", end)], suffix: "_bucket"))
    }
    return samples + [
      .init(Double(count), [.init("le", "+Inf")], suffix: "_bucket"), .init(sum, suffix: "_sum"),
      .init(Double(count), suffix: "_count"),
    ]
  }
}
