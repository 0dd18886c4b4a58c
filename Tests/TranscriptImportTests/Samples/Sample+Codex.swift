extension Sample {
  static let codexRolloutText = #"""
    {"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"c","cwd":"/w/app"}}
    {"timestamp":"2026-01-01T00:00:01Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}
    {"timestamp":"2026-01-01T00:00:01Z","type":"event_msg","payload":{"type":"user_message","message":"Hi"}}
    {"timestamp":"2026-01-01T00:00:02Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"ls\"]}","call_id":"k"}}
    {"timestamp":"2026-01-01T00:00:03Z","type":"response_item","payload":{"type":"function_call_output","call_id":"k","output":"{\"output\":\"a\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":0.5}}"}}
    {"timestamp":"2026-01-01T00:00:04Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":2}}}}
    {"timestamp":"2026-01-01T00:00:05Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":2}}}}
    {"timestamp":"2026-01-01T00:00:06Z","type":"event_msg","payload":{"type":"task_complete"}}

    """#

  static let codexExecText = #"""
    {"type":"thread.started","thread_id":"e"}
    {"type":"turn.started"}
    {"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"Look first"}}
    {"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"bash -lc ls","status":"in_progress"}}
    {"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"bash -lc ls","aggregated_output":"a.txt\n","exit_code":2,"status":"failed"}}
    {"type":"item.completed","item":{"id":"item_2","type":"file_change","changes":[{"path":"b.txt","kind":"add"}],"status":"completed"}}
    {"type":"item.completed","item":{"id":"item_3","type":"agent_message","text":"Done"}}
    {"type":"item.completed","item":{"id":"item_4","type":"error","message":"The model is slow"}}
    {"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":60,"output_tokens":7}}
    {"type":"thread.started","thread_id":"e"}
    {"type":"turn.started"}
    {"type":"error","message":"The stream ended"}
    {"type":"turn.completed","usage":{"input_tokens":150,"cached_input_tokens":90,"output_tokens":10}}
    {"type":"turn.failed","error":{"message":"No credit"}}
    {"type":"later.invention"}

    """#
}
