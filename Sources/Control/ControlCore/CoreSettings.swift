import ControlModel

/// How a core behaves; the defaults suit a fleet of a thousand agents.
package struct CoreSettings: Sendable, Hashable {
  /// Who holds the lease, as operators read it: `host/pid`.
  package var holder: String
  /// Seconds between looks at everything, besides the wake-ups.
  package var interval: Double = 2
  /// Seconds of silence within a turn after which a session counts as stalled.
  package var stallAfter: Double = 600
  package var restarts = RestartPolicy()
  /// Seconds that steps in flight have to end before the lease is given back all the same.
  package var standDownPatience: Double = 15
  /// Seconds that a runner has to deliver its last events and end: the 30 a pod is granted, and a margin.
  package var drainPatience: Double = 40
  /// Whether other cores may have sessions of the same database: where any core can reach every sandbox.
  package var sharesSessions = false
  /// Seconds for which an answer from the database confirms what this core holds. Nobody acts on a session that was
  /// another core's until so much time, and a margin, has passed since it was taken over.
  package var leaseValidity: Double = 3
  package var leaseMargin: Double = 0.5
  /// Seconds without a question after which others lose what they hold.
  package var leaseSilence = CoreSilence.seconds

  /// Seconds between two looks at who holds up the cores.
  package var guardInterval: Double = 0.5
  /// Seconds between two looks at what a team has on the engine; a new or changed one is looked at once.
  package var teamInterval: Double = 60

  /// Seconds between two looks for what is past its term.
  package var retentionInterval: Double = 600

  /// How many logs of foreign sandboxes are followed at a time.
  package var maximumLogs = 200
  /// Of those on one node, how many are followed live: each takes one of its inotify instances, of which root has 128
  /// where nobody has raised it, for the kubelet's own needs, too. The others are read at intervals.
  package var liveLogsOfANode = 16
  /// Seconds between two readings of a log that is not followed live.
  package var logInterval = 10.0

  package init(holder: String) {
    self.holder = holder
  }
}
