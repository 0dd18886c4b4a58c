/// An engine whose machines are emptied now and then, and that can be asked to leave a sandbox where it is meanwhile.
package protocol DisruptionGuard: Sendable {
  /// Since when it is asked for this sandbox; `nil` when it is not.
  func heldSince(_ sandbox: Sandbox) async throws(ControlFailure) -> Timestamp?
  /// Nothing is written where it is so already.
  func setHeld(_ isHeld: Bool, _ sandbox: Sandbox) async throws(ControlFailure)
}
