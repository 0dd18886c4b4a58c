import ControlModel
import Logging

extension ControlCore {
  /// Seconds between two looks at the declarations, and between two at the pools themselves.
  private static let declarationPace = 3.0
  private static let poolPace = 10.0

  /// One core of all keeps the pools. Sessions never wait for it.
  func keepWarmPools(by keeper: (any WarmPoolKeeper)?) async {
    guard let keeper, let teams = store as? any TeamStore else { return }
    var kept: [Agent]?
    var keptAt = ContinuousClock.now
    var told: [WarmPoolTrouble] = []
    while !Task.isCancelled {
      if held.contains(0), let declared = try? await declarations(teams) {
        let isDue = kept != declared.agents || keptAt + .seconds(Self.poolPace) < .now
        if isDue, held.contains(0) {
          let troubles = await keeper.keepWarmPools(of: declared.agents, in: declared.teams)
          for trouble in troubles where !told.contains(trouble) { tell(trouble) }
          (kept, keptAt, told) = (troubles.isEmpty ? declared.agents : nil, .now, troubles)
        }
      }
      try? await Task.sleep(for: .seconds(Self.declarationPace))
    }
  }

  private func declarations(
    _ store: any TeamStore
  ) async throws(ControlFailure) -> (agents: [Agent], teams: [ResourceName]) {
    (try await store.agents(of: nil), try await store.teams().map(\.name))
  }

  private func tell(_ trouble: WarmPoolTrouble) {
    logger.warning(
      "A warm pool is not as it should be",
      metadata: ["team": "\(trouble.team)", "agent": "\(trouble.agent)", "failure": "\(trouble.message)"])
  }
}
