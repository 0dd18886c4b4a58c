import ControlModel
import RunnerClient
import RunnerProtocol

extension KubernetesSandboxEngine {
  /// Gives a runner its session. One of a warm pool knows neither the session nor its token before: it is shown the
  /// pool's key, and the token alone counts from then on. Both are the same whichever core does it, and however often.
  func handOver(
    _ configuration: RunnerConfiguration, to runner: RunnerClient, of reference: SandboxReference
  ) async throws(ControlFailure) {
    let key: HandoverKey
    do throws(ControlFailure) { return try await runner.handOver(configuration) } catch {
      guard error.code == .permissionDenied, let known = handoverKeys[reference.uid] else { throw error }
      key = known
    }
    do throws(ControlFailure) { try await runner.handOver(configuration, by: key) } catch {
      guard error.code == .permissionDenied || error.code == .conflict else { throw error }
      throw ControlFailure(
        error.code, "The warm sandbox '\(reference.name)' does not take its session: \(error.summary)",
        hint: "Restart the session: its next pod is made for it.")
    }
  }
}
