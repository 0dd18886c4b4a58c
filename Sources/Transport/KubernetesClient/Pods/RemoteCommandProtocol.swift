import ControlModel

/// What API servers speak over the WebSocket of an exec or attach: the first byte of each message is its channel.
enum RemoteCommandProtocol: String, CaseIterable, Sendable {
  /// Can end the input while output goes on.
  case v5 = "v5.channel.k8s.io"
  case v4 = "v4.channel.k8s.io"

  /// Best first.
  static var offered: [String] { [v5, v4].map(\.rawValue) }

  enum Channel: UInt8 {
    case input = 0
    case output = 1
    case errorOutput = 2
    /// A `Status`, at the end.
    case status = 3
    case size = 4
    /// v5: the other side will say no more on the channel in the second byte.
    case end = 255
  }

  enum Received: Hashable {
    case output([UInt8])
    case errorOutput([UInt8])
    case ended(RemoteCommandOutcome)
  }

  /// `nil` for what tells nothing: an API server opens each channel with an empty message.
  static func read(_ message: [UInt8]) throws(WebSocketViolation) -> Received? {
    guard let first = message.first else { return nil }
    let payload = Array(message.dropFirst())
    switch Channel(rawValue: first) {
    case .output: return payload.isEmpty ? nil : .output(payload)
    case .errorOutput: return payload.isEmpty ? nil : .errorOutput(payload)
    case .status: return payload.isEmpty ? nil : .ended(try outcome(payload))
    case .end: return nil
    case .input, .size, nil: throw WebSocketViolation("a message comes on the channel \(first)")
    }
  }

  static func input(_ bytes: [UInt8]) -> [UInt8] { [Channel.input.rawValue] + bytes }

  static func size(columns: Int, rows: Int) -> [UInt8] {
    let json: JSONValue = ["Width": JSONValue(columns), "Height": JSONValue(rows)]
    return [Channel.size.rawValue] + Array(json.text.utf8)
  }

  static var endOfInput: [UInt8] { [Channel.end.rawValue, Channel.input.rawValue] }

  private static func outcome(_ payload: [UInt8]) throws(WebSocketViolation) -> RemoteCommandOutcome {
    guard let json = try? JSONValue(parsing: payload), json["status"] != nil else {
      throw WebSocketViolation("its account of the end is no Status")
    }
    // Its kind is left out by some kubelets.
    var object = json.objectValue ?? JSONObject()
    object.replace("kind", with: "Status")
    let status = KubernetesStatus(.object(object), httpStatus: 0)
    guard let status else { throw WebSocketViolation("its account of the end is no Status") }
    if status.isSuccess { return .exited(0) }
    let code = status.causes.first { $0.reason == "ExitCode" }.flatMap { Int32($0.message) }
    guard status.reason == "NonZeroExitCode", let code else { return .failed(status.message) }
    return .exited(code)
  }
}

/// How a command in a container ended.
package enum RemoteCommandOutcome: Sendable, Hashable {
  case exited(Int32)
  /// It could not be started, or its end could not be seen; in the node's words.
  case failed(String)
}
