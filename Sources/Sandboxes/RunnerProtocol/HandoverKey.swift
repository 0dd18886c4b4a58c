/// What a core shows to the runner of a warm pool when it hands a session over. Pods are told the fingerprint alone: from
/// what is in a pod, or describes one, nobody can make the key.
package struct HandoverKey: Sendable, Hashable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// SHA-256, 64 lower-case hexadecimal digits.
  package var fingerprint: String { SHA256.hexadecimal(text) }
}
