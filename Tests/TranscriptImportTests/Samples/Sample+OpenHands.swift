extension Sample {
  static let openHandsEventsText = #"""
    [
      {"id": 0, "timestamp": "2026-01-01T00:00:00", "source": "agent", "message": "", "action": "system", "args": {"content": "You are an agent"}},
      {"id": 1, "timestamp": "2026-01-01T00:00:01", "source": "user", "message": "Fix it", "action": "message", "args": {"content": "Fix it"}},
      {"id": 2, "timestamp": "2026-01-01T00:00:02", "source": "agent", "action": "run", "args": {"command": "ls", "thought": "I look"}, "tool_call_metadata": {"tool_call_id": "k1"}},
      {"id": 3, "timestamp": "2026-01-01T00:00:03", "source": "agent", "cause": 2, "observation": "run", "content": "a.txt", "extras": {"metadata": {"exit_code": 2}}, "tool_call_metadata": {"tool_call_id": "k1"}},
      {"id": 4, "timestamp": "2026-01-01T00:00:04", "source": "agent", "action": "edit", "args": {"path": "/w/a.txt"}},
      {"id": 5, "timestamp": "2026-01-01T00:00:05", "source": "environment", "cause": 4, "observation": "edit", "content": "Edited", "success": true, "extras": {}},
      {"id": 6, "timestamp": "2026-01-01T00:00:06", "source": "agent", "action": "think", "args": {"thought": "Nearly"}},
      {"id": 7, "timestamp": "2026-01-01T00:00:07", "source": "agent", "observation": "error", "content": "No such tool", "extras": {}},
      {"id": 8, "timestamp": "2026-01-01T00:00:08", "source": "agent", "action": "message", "args": {"content": "Which one?", "wait_for_response": true}},
      {"id": 9, "timestamp": "2026-01-01T00:00:09", "source": "environment", "observation": "agent_state_changed", "content": "", "message": "Stopped", "extras": {"agent_state": "stopped"}},
      {"id": 10, "timestamp": "2026-01-01T00:00:10", "source": "agent", "action": "finish", "args": {"final_thought": "All is well"}}
    ]
    """#

  static let openHandsKindsText = #"""
    {"id":"e0","timestamp":"2026-01-01T00:00:00","source":"environment","key":"execution_status","value":"running","kind":"ConversationStateUpdateEvent"}
    {"id":"e1","timestamp":"2026-01-01T00:00:01","source":"user","llm_message":{"role":"user","content":[{"type":"text","text":"Fix it"}]},"kind":"MessageEvent"}
    {"id":"e2","timestamp":"2026-01-01T00:00:02","source":"agent","thought":[{"type":"text","text":"I look"}],"action":{"command":"ls","kind":"TerminalAction"},"tool_name":"terminal","tool_call_id":"k1","kind":"ActionEvent"}
    {"id":"e3","timestamp":"2026-01-01T00:00:03","source":"environment","tool_name":"terminal","tool_call_id":"k1","observation":{"content":[{"type":"text","text":"a.txt"}],"is_error":true,"kind":"TerminalObservation"},"action_id":"e2","kind":"ObservationEvent"}
    {"id":"e4","timestamp":"2026-01-01T00:00:04","source":"agent","error":"Bad arguments","tool_name":"edit","tool_call_id":"k2","kind":"AgentErrorEvent"}
    {"id":"e5","timestamp":"2026-01-01T00:00:05","source":"agent","llm_message":{"role":"assistant","content":[{"type":"text","text":"Done"}]},"kind":"MessageEvent"}
    {"id":"e6","timestamp":"2026-01-01T00:00:06","source":"environment","code":"LLMError","detail":"No credit","kind":"ConversationErrorEvent"}

    """#

  /// One whole conversation a line; the second in the form of old versions, in pairs.
  static let openHandsEvaluationText = #"""
    {"instance_id":"one","instruction":"Fix it","history":[{"id":1,"source":"user","action":"message","args":{"content":"Fix it"}},{"id":2,"source":"agent","action":"run","args":{"command":"ls"}},{"id":3,"cause":2,"source":"agent","observation":"run","content":"a.txt","extras":{"metadata":{"exit_code":0}}}],"metrics":{"accumulated_cost":0.5},"error":null}
    {"instance_id":"two","instruction":"Add it","history":[[{"action":"message","content":"Add it","wait_for_response":false},{"observation":"null","content":""}],[{"action":"run","command":"touch a","thought":"Certainly"},{"observation":"run","content":"","exit_code":1}]],"metrics":{"accumulated_cost":0.25},"error":"It broke"}

    """#
}
