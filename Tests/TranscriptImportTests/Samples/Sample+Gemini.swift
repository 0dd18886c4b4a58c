extension Sample {
  /// A chat file: the header, then messages that are written again when there is more of them.
  static let geminiChatText = #"""
    {"sessionId":"g","projectHash":"h","startTime":"2026-01-01T00:00:00Z","lastUpdated":"2026-01-01T00:00:00Z"}
    {"id":"1","timestamp":"2026-01-01T00:00:01Z","type":"user","content":[{"text":"List"},{"text":"the files"}]}
    {"id":"2","timestamp":"2026-01-01T00:00:02Z","type":"gemini","content":"I look","thoughts":[{"subject":"Plan","description":"Use ls"}],"tokens":{"input":100,"output":5,"cached":40,"thoughts":3,"tool":0,"total":108}}
    {"id":"2","timestamp":"2026-01-01T00:00:03Z","type":"gemini","content":"I look","thoughts":[{"subject":"Plan","description":"Use ls"}],"tokens":{"input":100,"output":5,"cached":40,"thoughts":3,"tool":0,"total":108},"toolCalls":[{"id":"c1","name":"run_shell_command","args":{"command":"ls"},"status":"success","result":[{"functionResponse":{"id":"c1","name":"run_shell_command","response":{"output":"a.txt"}}}]},{"id":"c2","name":"read_file","args":{"path":"b"},"status":"error","result":[{"functionResponse":{"response":{"error":"No such file"}}}]},{"id":"c3","name":"write_file","args":{},"status":"cancelled"},{"id":"c4","name":"glob","args":{},"status":"executing"}]}
    {"id":"3","timestamp":"2026-01-01T00:00:04Z","type":"error","content":"Quota"}
    {"id":"4","timestamp":"2026-01-01T00:00:05Z","type":"info","content":"Compressed"}
    {"id":"5","timestamp":"2026-01-01T00:00:06Z","type":"gemini","content":""}
    {"$set":{"lastUpdated":"2026-01-01T00:00:07Z"}}
    {"$rewindTo":"3"}

    """#

  static let geminiDocumentText = #"""
    {
      "sessionId": "gd", "projectHash": "h", "startTime": "2026-01-01T00:00:00Z",
      "messages": [
        {"id": "1", "timestamp": "2026-01-01T00:00:01Z", "type": "user", "content": "Hi"},
        {"id": "2", "timestamp": "2026-01-01T00:00:02Z", "type": "gemini", "content": "Hello",
         "tokens": {"input": 10, "output": 2, "cached": 0, "thoughts": 0}}
      ]
    }
    """#

  static let geminiOutputText = #"""
    {"type":"init","timestamp":"2026-01-01T00:00:00Z","session_id":"go","model":"gemini-9"}
    {"type":"message","timestamp":"2026-01-01T00:00:01Z","role":"user","content":"List"}
    {"type":"tool_use","timestamp":"2026-01-01T00:00:02Z","tool_name":"list","tool_id":"c1","parameters":{"path":"."}}
    {"type":"tool_result","timestamp":"2026-01-01T00:00:03Z","tool_id":"c1","status":"success","output":"a.txt"}
    {"type":"tool_use","timestamp":"2026-01-01T00:00:03Z","tool_name":"read","tool_id":"c2","parameters":{"path":"b"}}
    {"type":"tool_result","timestamp":"2026-01-01T00:00:04Z","tool_id":"c2","status":"error","error":{"type":"not_found","message":"No such file"}}
    {"type":"message","timestamp":"2026-01-01T00:00:05Z","role":"assistant","content":"One file","delta":true}
    {"type":"error","timestamp":"2026-01-01T00:00:05Z","severity":"warning","message":"Loop detected"}
    {"type":"result","timestamp":"2026-01-01T00:00:06Z","status":"success","stats":{"total_tokens":60,"input_tokens":50,"output_tokens":10,"cached":20,"duration_ms":5000,"tool_calls":2}}
    {"type":"result","timestamp":"2026-01-01T00:00:07Z","status":"error","error":{"type":"x","message":"Turn limit"}}

    """#
}
