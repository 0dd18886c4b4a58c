/// A core that holds its lease and does nothing: its process is stopped, or hangs. It writes how its engine is every ten
/// seconds while it is at work.
package enum SilentHolder {
  /// Seconds after which a core that has written nothing is said to be silent.
  package static let after = 45.0

  private static let words = ", silent for "

  /// How a core is called, after it has been silent for so long.
  package static func told(_ holder: String, seconds: Double) -> String {
    seconds < after ? holder : "\(holder)\(words)\(Int(min(seconds, 1e9))) s"
  }

  package static func isTold(of holder: String) -> Bool { holder.contains(words) }
}
