import ControlModel

/// Lines for Claude Code's standard input. A line that is not JSON would end the process.
enum ClaudeInput {
  static func message(id: String, text: String) -> [UInt8] {
    line([
      "type": "user", "uuid": .string(id), "message": ["role": "user", "content": .string(text)],
      "parent_tool_use_id": nil, "session_id": "",
    ])
  }

  static func request(id: String, _ request: JSONObject) -> [UInt8] {
    line(["type": "control_request", "request_id": .string(id), "request": .object(request)])
  }

  static func response(to id: String, _ response: JSONObject) -> [UInt8] {
    line([
      "type": "control_response",
      "response": ["subtype": "success", "request_id": .string(id), "response": .object(response)],
    ])
  }

  static func refusal(of id: String, _ error: String) -> [UInt8] {
    line([
      "type": "control_response",
      "response": ["subtype": "error", "request_id": .string(id), "error": .string(error)],
    ])
  }

  private static func line(_ value: JSONValue) -> [UInt8] {
    Array(value.text.utf8) + [0x0A]
  }
}
