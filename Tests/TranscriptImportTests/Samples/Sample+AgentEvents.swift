extension Sample {
  static let claudeSessionEvents = #"""
    user "Fix it" message=u1
    assistant "Yes" message=m usage=5/1/0/0
    tool.call "ls" name=Bash call=t message=m usage=0/8/0/0
    tool.result "a.txt" call=t
    """#

  static let claudeOutputEvents = #"""
    lifecycle "init" name=claude.init
    thinking "Hm" message=n
    assistant "Done" message=n usage=2/3/0/0
    result "Done" usage=0/4/0/0 cost=250000µ ms=1200 detail={"stopReason":"unknown","subtype":"success"}
    """#

  static let codexRolloutEvents = #"""
    lifecycle name=codex.session_meta
    lifecycle name=codex.message.user
    user "Hi"
    tool.call "ls" name=shell call=k
    tool.result "a" name=shell call=k error=yes ms=500 detail={"exitCode":1}
    lifecycle name=codex.token_count usage=6/2/4/0
    lifecycle name=codex.token_count
    result detail={"stopReason":"end_turn"}
    """#

  static let codexExecEvents = #"""
    lifecycle name=codex.thread.started
    lifecycle name=codex.turn.started
    thinking "Look first"
    tool.call "ls" name=shell call=689a52146b09dcab/item_1
    tool.result "a.txt⏎" name=shell call=689a52146b09dcab/item_1 error=yes detail={"exitCode":2,"status":"failed"}
    tool.call "b.txt" name=apply_patch call=689a52146b09dcab/item_2
    tool.result "completed" name=apply_patch call=689a52146b09dcab/item_2 detail={"status":"completed"}
    assistant "Done" message=item_3
    error "The model is slow" name=codex.item error=yes
    result usage=40/7/60/0 detail={"stopReason":"end_turn"}
    lifecycle name=codex.thread.started
    lifecycle name=codex.turn.started
    error "The stream ended" name=codex.error error=yes
    result usage=20/3/30/0 detail={"stopReason":"end_turn"}
    result "No credit" error=yes detail={"stopReason":"failed"}
    lifecycle name=codex.later.invention
    """#

  static let geminiChatEvents = #"""
    lifecycle name=gemini.session
    user "List⏎the files" message=1
    thinking "Plan⏎Use ls" message=2
    assistant "I look" message=2 usage=60/8/40/0
    tool.call "{"command":"ls"}" name=run_shell_command call=c1 message=2
    tool.result "a.txt" name=run_shell_command call=c1 message=2
    tool.call "{"path":"b"}" name=read_file call=c2 message=2
    tool.result "No such file" name=read_file call=c2 message=2 error=yes
    tool.call "{}" name=write_file call=c3 message=2
    tool.result "cancelled" name=write_file call=c3 message=2 error=yes
    tool.call "{}" name=glob call=c4 message=2
    error "Quota" name=gemini.error error=yes
    lifecycle "Compressed" name=gemini.info
    lifecycle "An empty message" name=gemini.message message=5
    lifecycle name=gemini.set
    lifecycle name=gemini.rewindTo
    """#

  static let geminiDocumentEvents = #"""
    user "Hi" message=1
    assistant "Hello" message=2 usage=10/2/0/0
    """#

  static let geminiOutputEvents = #"""
    lifecycle "gemini-9" name=gemini.init
    user "List"
    tool.call "{"path":"."}" name=list call=c1
    tool.result "a.txt" call=c1
    tool.call "{"path":"b"}" name=read call=c2
    tool.result "No such file" call=c2 error=yes
    assistant "One file"
    error "Loop detected" name=gemini.error error=yes
    result usage=30/10/20/0 ms=5000
    result "Turn limit" error=yes
    """#
}
