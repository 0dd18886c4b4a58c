extension Sample {
  /// What agents that nobody named write: words differ, the sense shows.
  static let genericText = #"""
    {"type":"session","id":"x-1","cwd":"/w/app","timestamp":1767225600}
    {"type":"user_message","id":"1","text":"Fix it","timestamp":1767225601000}
    {"role":"assistant","id":"2","content":[{"type":"text","text":"I look"}],"timestamp":"2026-01-01T00:00:02Z"}
    {"kind":"reasoning","id":"3","text":"Hm"}
    {"type":"tool.call","id":"4","toolCallId":"c","toolName":"Bash","input":{"command":"ls"}}
    {"type":"tool_result","id":"5","data":{"tool_call_id":"c","tool":"Bash","output":"a.txt","success":false}}
    {"event":"message","id":"6","payload":{"type":"agent_message","message":"Done"}}
    {"type":"error","id":"7","message":"No credit"}
    {"type":"heartbeat","id":"8"}
    {"method":"session/update","id":"9","text":"Later"}

    """#
}
