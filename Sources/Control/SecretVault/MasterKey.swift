package import ControlModel
import Crypto

/// The key that all data keys are wrapped with; it lives in a file, never in the database.
package struct MasterKey: Sendable {
  let key: SymmetricKey

  /// Tells one master key from another without saying anything of it.
  package var identifier: String {
    let digest = key.withUnsafeBytes { SHA256.hash(data: $0) }
    return digest.prefix(8).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  static func random() -> MasterKey { MasterKey(key: SymmetricKey(size: .bits256)) }

  private init(key: SymmetricKey) { self.key = key }

  /// 32 bytes.
  package init(bytes: [UInt8]) throws(ControlFailure) {
    guard bytes.count == 32 else {
      throw ControlFailure(.malformed, "The master key has \(bytes.count) bytes, not 32.")
    }
    key = SymmetricKey(data: bytes)
  }
}
