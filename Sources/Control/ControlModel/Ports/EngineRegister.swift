/// What remembers the engine that the living sessions' sandboxes are on: a core with another one would take them for
/// lost, and start each of them a second time.
package protocol EngineRegister: Sendable {
  /// The engine of the sessions here; `nil` before the first core.
  func engine() async throws(ControlFailure) -> String?

  /// Makes it the engine of the sessions here. Refused while sessions live on another one.
  func claimEngine(_ name: String) async throws(ControlFailure)
}
