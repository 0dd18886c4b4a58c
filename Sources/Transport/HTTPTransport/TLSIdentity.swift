/// A client certificate with its key, as PEM texts.
package struct TLSIdentity: Sendable, Hashable {
  /// The chain, its own certificate first.
  package var certificate: [UInt8]
  package var key: [UInt8]

  package init(certificate: [UInt8], key: [UInt8]) {
    self.certificate = certificate
    self.key = key
  }
}

/// Its key is in no log.
extension TLSIdentity: CustomStringConvertible, CustomReflectable {
  package var description: String { "a client certificate" }

  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
