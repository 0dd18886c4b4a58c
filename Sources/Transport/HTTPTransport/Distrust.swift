/// Why two peers have no TLS connection; docs/runbook.md has a section for each, under these words.
package enum Distrust: String, CaseIterable, Sendable {
  case otherName = "its certificate is for another name"
  case expired = "its certificate has expired"
  case notYetValid = "its certificate is not valid yet; is the clock of this machine right?"
  case selfSigned = "its certificate is self-signed, and not among those to trust"
  case unknownIssuer = "the issuer of its certificate is not among those to trust"
  case revoked = "its certificate was revoked"
  case noTLS = "it speaks no TLS, or refuses the certificate of this side"
  case ownCertificate = "the certificate or key of this side cannot be used"
  case unreadableAuthority = "the certificates to trust (the CA) cannot be read"
  case noCipher = "the two share no cipher"
  case other = "its certificate is refused"

  /// OpenSSL's: these numbers are its `X509_V_ERR_…`.
  init(verdict: Int) {
    self =
      switch verdict {
      case 9: .notYetValid
      case 10: .expired
      case 18: .selfSigned
      case 2, 19, 20, 21: .unknownIssuer
      case 23: .revoked
      case 62, 64: .otherName
      default: .other
      }
  }
}
