import ControlModel

/// Lines for the app-server's standard input: JSON-RPC 2.0 without its `jsonrpc` member.
enum CodexOutput {
  static func request(_ method: String, id: String, _ parameters: JSONObject) -> [UInt8] {
    line(["id": .string(id), "method": .string(method), "params": .object(parameters)])
  }

  static func notification(_ method: String) -> [UInt8] {
    line(["method": .string(method)])
  }

  /// `id` as the app-server wrote it: a number or a string.
  static func response(to id: JSONValue, _ result: JSONObject) -> [UInt8] {
    line(["id": id, "result": .object(result)])
  }

  /// -32601 is JSON-RPC's "method not found".
  static func refusal(of id: JSONValue, _ message: String) -> [UInt8] {
    line(["id": id, "error": ["code": -32601, "message": .string(message)]])
  }

  private static func line(_ value: JSONValue) -> [UInt8] {
    Array(value.text.utf8) + [0x0A]
  }
}
