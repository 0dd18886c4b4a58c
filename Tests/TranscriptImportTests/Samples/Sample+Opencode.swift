extension Sample {
  static let opencodeExportText = #"""
    {
      "info": {"id": "ses_1", "title": "Look", "directory": "/w/app", "time": {"created": 1773193188536}},
      "messages": [
        {"info": {"id": "m0", "role": "user", "time": {"created": 1773193188536}}, "parts": [
          {"id": "p0", "messageID": "m0", "type": "text", "text": "Look here"}]},
        {"info": {"id": "m1", "role": "assistant", "modelID": "m-1"}, "parts": [
          {"id": "p1", "messageID": "m1", "type": "tool", "tool": "bash", "callID": "c",
           "state": {"status": "completed", "input": {"command": "ls"}, "output": "a", "time": {"start": 1773193189000, "end": 1773193189250}}},
          {"id": "p2", "messageID": "m1", "type": "step-finish", "reason": "stop", "cost": 0.5, "tokens": {"input": 1, "output": 2, "reasoning": 3, "cache": {"read": 4, "write": 5}}}]}
      ]
    }
    """#

  static let opencodeOutputText = #"""
    {"type":"step_start","timestamp":1773193188536,"sessionID":"ses_2","part":{"id":"q0","messageID":"m","type":"step-start"}}
    {"type":"text","timestamp":1773193188537,"sessionID":"ses_2","part":{"id":"q1","messageID":"m","type":"text","text":"Hello"}}
    {"type":"tool_use","timestamp":1773193188538,"sessionID":"ses_2","part":{"id":"q2","messageID":"m","type":"tool","tool":"read","callID":"c","state":{"status":"error","input":{"filePath":"b"},"error":"No such file"}}}
    {"type":"error","timestamp":1773193188539,"sessionID":"ses_2","error":{"name":"APIError","data":{"message":"No credit"}}}
    {"type":"done","timestamp":1773193188540,"sessionID":"ses_2","reason":"idle"}

    """#
}
