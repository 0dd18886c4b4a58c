package import ControlModel

/// The body of every answer that is not 200, and which status goes with which failure.
package struct ErrorBody: Sendable, Hashable {
  package var code: ControlFailure.Code
  package var message: String
  package var hint: String?

  package init(_ failure: ControlFailure) {
    code = failure.code
    message = failure.summary
    hint = failure.hint
  }

  package var json: JSONObject {
    var object: JSONObject = ["code": .string(code.rawValue), "message": .string(message)]
    object["hint"] = hint.map(JSONValue.string)
    return object
  }

  /// The failure that an answer stands for; a body that is not ours (a proxy's page) is judged by the status alone.
  package static func failure(status: Int, body: [UInt8]) -> ControlFailure {
    let json = try? JSONValue(parsing: body)
    guard let message = json?["message"]?.stringValue,
      let code = json?["code"]?.stringValue.flatMap(ControlFailure.Code.init(rawValue:))
    else { return ControlFailure(code(of: status), "The runner answered with HTTP status \(status).") }
    return ControlFailure(code, message, hint: json?["hint"]?.stringValue)
  }

  /// The HTTP status of a failure that has none of its own (404 and 405 of the router, 413).
  package static func status(of code: ControlFailure.Code) -> Int {
    switch code {
    case .invalidArgument, .malformed: 400
    case .permissionDenied: 401
    case .notFound: 404
    case .alreadyExists, .conflict, .refused: 409
    case .unavailable, .cancelled: 503
    case .unsupported: 501
    case .internalError: 500
    }
  }

  private static func code(of status: Int) -> ControlFailure.Code {
    switch status {
    case 401, 403: .permissionDenied
    case 404: .notFound
    case 409: .conflict
    case 400..<500: .invalidArgument
    default: .unavailable
    }
  }
}
