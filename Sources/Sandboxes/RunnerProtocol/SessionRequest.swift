package import ControlModel

/// The body of `PUT /v1/session`: a configuration without what the runner has from its own start, its listener and token.
/// Who hands over by a key gives the token, too: the runner asks it of its callers from then on.
package enum SessionRequest {
  package static func json(_ configuration: RunnerConfiguration, withToken: Bool = false) -> JSONObject {
    var object = configuration.json
    object["listener"] = nil
    if !withToken { object["token"] = nil }
    return object
  }

  package static func parse(
    _ body: [UInt8], listener: RunnerConfiguration.Listener, token: String
  ) throws(ControlFailure) -> RunnerConfiguration {
    try RunnerConfiguration.parse(FrameReader(parsing: body, name: "session"), listener: listener, token: token)
  }

  /// The token that is handed over with the session.
  package static func token(of body: [UInt8]) throws(ControlFailure) -> String {
    let reader = try FrameReader(parsing: body, name: "session")
    let token = try reader.string("token")
    guard !token.isEmpty else { throw reader.wrong("token", "a text that is not empty") }
    return token
  }

  /// As it may be kept where an agent could read it.
  package static func withoutToken(_ body: [UInt8]) -> [UInt8] {
    guard var object = (try? JSONValue(parsing: body))?.objectValue, object["token"] != nil else { return body }
    object["token"] = nil
    return Array(JSONValue.object(object).text.utf8)
  }
}
