extension Sample {
  static let sweAgentText = #"""
    {
      "instance_id": "swe", "environment": "e",
      "trajectory": [
        {"action": "ls -F", "observation": "a.txt", "response": "I look", "thought": "I look", "execution_time": 0.25, "state": {"working_dir": "/w"}},
        {"action": "submit", "observation": "", "response": "", "thought": "", "state": "{}"}
      ],
      "history": [
        {"role": "system", "content": "You are an agent", "agent": "main"},
        {"role": "user", "content": "Fix it", "agent": "main"}
      ],
      "info": {"exit_status": "submitted", "submission": "diff --git a b", "model_stats": {"instance_cost": 0.5, "tokens_sent": 100, "tokens_received": 7, "api_calls": 2}}
    }
    """#

  static let miniSweAgentText = #"""
    [
      {"role": "system", "content": "You are an agent"},
      {"role": "user", "content": "Fix it"},
      {"role": "assistant", "content": "THOUGHT: look", "extra": {"timestamp": 1767225602.5}},
      {"role": "user", "content": "<returncode>0</returncode>", "extra": {"timestamp": 1767225603}},
      {"role": "tool", "content": [{"type": "text", "text": "a.txt"}], "tool_call_ids": ["k1"]}
    ]
    """#
}
