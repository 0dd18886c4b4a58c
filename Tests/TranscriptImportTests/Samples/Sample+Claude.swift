extension Sample {
  static let claudeSessionText = """
    {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"s","cwd":"/w/My App","timestamp":"2026-01-01T00:00:00Z","message":{"role":"user","content":"Fix it"}}
    {"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"s","message":{"id":"m","content":[{"type":"text","text":"Yes"}],"usage":{"input_tokens":5,"output_tokens":1}}}
    {"type":"assistant","uuid":"u3","parentUuid":"u2","sessionId":"s","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":5,"output_tokens":9}}}
    {"type":"user","uuid":"u4","parentUuid":"u3","sessionId":"s","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"a.txt"}]}}

    """

  static let claudeOutputText = """
    {"type":"system","subtype":"init","uuid":"i","session_id":"p","cwd":"/w/app","model":"m-1"}
    {"type":"assistant","uuid":"v1","session_id":"p","message":{"id":"n","content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Done"}],"usage":{"input_tokens":2,"output_tokens":3}}}
    {"type":"result","subtype":"success","is_error":false,"duration_ms":1200,"result":"Done","session_id":"p","uuid":"r","total_cost_usd":0.25,"usage":{"input_tokens":2,"output_tokens":7}}

    """
}
