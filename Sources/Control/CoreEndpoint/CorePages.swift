package import ControlCore

/// What a core says of itself, page by page.
package struct CorePages: Sendable {
  package var meter: CoreMeter
  package var version: String
  package var engine: String
  /// A loop that has not come round for so long has stopped. It may wait for a database that is gone and for a cluster
  /// that does not answer, and a restart would help neither, so this is longer than both take.
  package var patience = Duration.seconds(60)

  package init(meter: CoreMeter, version: String, engine: String) {
    self.meter = meter
    self.version = version
    self.engine = engine
  }

  package func answer(_ page: CorePage) -> CoreAnswer {
    let reading = meter.reading
    switch page {
    case .health: return health(silence: .now - reading.lastTurn)
    case .metrics:
      let families = reading.metrics(version: version, engine: engine) + ProcessMetrics.read()
      return CoreAnswer(status: 200, contentType: MetricText.contentType, text: MetricText.render(families))
    }
  }

  private func health(silence: Duration) -> CoreAnswer {
    let seconds = silence.components.seconds
    return silence < patience
      ? CoreAnswer(status: 200, text: "The core's loop came round \(seconds) s ago.\n")
      : CoreAnswer(status: 503, text: "The core's loop has not come round for \(seconds) s.\n")
  }
}
