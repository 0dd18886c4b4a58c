package import ControlModel
import Crypto

/// AES-256-GCM with a data key for each secret, wrapped by the master key. Team and name are authenticated with the
/// value: a sealed secret that is moved to another row does not open.
package struct SecretSealing: Sendable {
  private let masterKey: MasterKey

  package init(masterKey: MasterKey) {
    self.masterKey = masterKey
  }

  package func seal(_ value: SecretValue, name: String, of team: ResourceName) throws(ControlFailure) -> SealedSecret {
    let place = Array("\(team)/\(name)".utf8)
    let dataKey = SymmetricKey(size: .bits256)
    do {
      let ciphertext = try value.withBytes { try AES.GCM.seal($0, using: dataKey, authenticating: place).combined }
      let wrapped = try dataKey.withUnsafeBytes {
        try AES.GCM.seal(Array($0), using: masterKey.key, authenticating: place).combined
      }
      guard let ciphertext, let wrapped else { throw CryptoKitError.incorrectParameterSize }
      return SealedSecret(
        ciphertext: Array(ciphertext), wrappedKey: Array(wrapped), masterKeyID: masterKey.identifier)
    } catch {
      throw ControlFailure(.internalError, "The secret '\(name)' of team \(team) could not be sealed.")
    }
  }

  package func open(_ sealed: SealedSecret, name: String, of team: ResourceName) throws(ControlFailure) -> SecretValue {
    guard sealed.masterKeyID == masterKey.identifier else {
      throw ControlFailure(
        .unavailable,
        "The secret '\(name)' of team \(team) was sealed with another master key (\(sealed.masterKeyID)).",
        hint: "Use that key's file, or set the secret anew.")
    }
    let place = Array("\(team)/\(name)".utf8)
    do {
      let key = try AES.GCM.open(
        AES.GCM.SealedBox(combined: sealed.wrappedKey), using: masterKey.key, authenticating: place)
      let value = try AES.GCM.open(
        AES.GCM.SealedBox(combined: sealed.ciphertext), using: SymmetricKey(data: key), authenticating: place)
      return SecretValue(Array(value))
    } catch {
      throw ControlFailure(.malformed, "The secret '\(name)' of team \(team) does not open: it was altered or moved.")
    }
  }
}
