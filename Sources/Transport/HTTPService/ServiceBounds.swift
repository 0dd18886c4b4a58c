import Glibc

/// What one server lets others have of it. Seconds and bytes.
package struct ServiceBounds: Sendable, Hashable {
  /// For a stranger's whole request, from the moment it connects.
  package var headSeconds = 5.0
  /// From a guest's head, or a stranger's whole request, to the end of the answer; streams may take longer.
  package var requestSeconds = 60.0
  /// Between a guest's answer and its next head.
  package var idleSeconds = 60.0
  /// The request line and all headers; a single one of them may be half as large.
  package var headBytes = 32 << 10
  /// Of a guest; a stranger's body is dropped as it comes.
  package var bodyBytes = 4 << 20
  /// Connections that have not shown that they may be here. One more takes the place of the oldest.
  package var strangers = 256
  /// Connections that have. One more takes the place of the one that is missed least.
  package var guests = 64
  /// What a stranger has in any case to make itself known, however many press in behind it.
  package var graceSeconds = 0.05
  /// Connections that wait in the kernel to be accepted.
  package var backlog: Int32 = 1024

  package init() {}

  /// At most half of the descriptors that a process may have are its peers'.
  package func fitting(descriptors limit: Int) -> ServiceBounds {
    var bounds = self
    let share = max(8, limit / 2)
    bounds.guests = min(guests, max(2, share / 4))
    bounds.strangers = min(strangers, share - bounds.guests)
    // So that as many can come in a second.
    bounds.graceSeconds = graceSeconds * Double(bounds.strangers) / Double(max(1, strangers))
    return bounds
  }

  /// As many as the process may have now.
  package static var descriptorLimit: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    return Int(clamping: limit.rlim_cur)
  }
}
