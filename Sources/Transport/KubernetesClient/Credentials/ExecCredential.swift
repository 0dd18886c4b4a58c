import ControlModel
import HTTPTransport

/// What a plugin printed. Its problems never quote it: half of a token may be in it.
struct ExecCredential: Sendable, Hashable {
  var credential: Credential
  /// Good until then; `nil` until it is refused.
  var expires: Timestamp?

  struct Problem: Error, Hashable {
    /// Follows the plugin's name.
    var text: String
  }

  init(parsing bytes: [UInt8], apiVersion: String) throws(Problem) {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch { throw Problem(text: "printed something that is not JSON") }
    guard json["kind"]?.stringValue == "ExecCredential" else { throw Problem(text: "printed no ExecCredential") }
    guard let version = json["apiVersion"]?.stringValue, version == apiVersion else {
      throw Problem(text: "printed an ExecCredential of another version than \(apiVersion)")
    }
    guard let status = json["status"], status.objectValue != nil else {
      throw Problem(text: "printed an ExecCredential without a status")
    }
    credential = try Self.credential(status)
    if let text = status["expirationTimestamp"]?.stringValue {
      guard let time = Timestamp(text) else { throw Problem(text: "printed an expirationTimestamp that is no time") }
      expires = time
    }
  }

  private static func credential(_ status: JSONValue) throws(Problem) -> Credential {
    let token = nonEmpty(status["token"])
    let certificate = nonEmpty(status["clientCertificateData"])
    let key = nonEmpty(status["clientKeyData"])
    guard (certificate == nil) == (key == nil) else {
      throw Problem(text: "printed only one of clientCertificateData and clientKeyData")
    }
    let identity = certificate.flatMap { certificate in
      key.map { TLSIdentity(certificate: Array(certificate.utf8), key: Array($0.utf8)) }
    }
    switch (token, identity) {
    case (let token?, let identity?): return .bearerAndCertificate(token, identity)
    case (let token?, nil): return .bearer(token)
    case (nil, let identity?): return .certificate(identity)
    case (nil, nil): throw Problem(text: "printed neither a token nor a client certificate")
    }
  }

  private static func nonEmpty(_ value: JSONValue?) -> String? {
    value?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }
}
