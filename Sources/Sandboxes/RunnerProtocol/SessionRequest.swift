package import ControlModel

/// The body of `PUT /v1/session`: a configuration without what the runner has from its own start, its listener and token.
package enum SessionRequest {
  package static func json(_ configuration: RunnerConfiguration) -> JSONObject {
    var object = configuration.json
    object["listener"] = nil
    object["token"] = nil
    return object
  }

  package static func parse(
    _ body: [UInt8], listener: RunnerConfiguration.Listener, token: String
  ) throws(ControlFailure) -> RunnerConfiguration {
    try RunnerConfiguration.parse(FrameReader(parsing: body, name: "session"), listener: listener, token: token)
  }
}
