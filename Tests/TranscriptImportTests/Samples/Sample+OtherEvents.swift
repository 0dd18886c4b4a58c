extension Sample {
  static let opencodeExportEvents = #"""
    lifecycle "Look" name=opencode.session
    lifecycle name=opencode.message message=m0
    user "Look here" message=m0
    lifecycle "m-1" name=opencode.message message=m1
    tool.call "ls" name=bash call=c message=m1
    tool.result "a" name=bash call=c message=m1 ms=250
    result message=m1 usage=1/5/4/5 cost=500000µ detail={"stopReason":"stop"}
    """#

  static let opencodeOutputEvents = #"""
    lifecycle name=opencode.step-start message=m
    assistant "Hello" message=m
    tool.call "b" name=read call=c message=m
    tool.result "No such file" name=read call=c message=m error=yes
    error "No credit" name=opencode.error error=yes
    lifecycle name=opencode.done
    """#

  static let openHandsEventsEvents = #"""
    lifecycle "You are an agent" name=openhands.system
    user "Fix it"
    assistant "I look"
    tool.call "ls" name=run call=k1
    tool.result "a.txt" name=run call=k1 error=yes
    tool.call "/w/a.txt" name=edit call=4
    tool.result "Edited" name=edit call=4
    thinking "Nearly"
    tool.result "No such tool" name=error call=7 error=yes
    assistant "Which one?"
    lifecycle "Stopped" name=openhands.agent_state_changed
    result "All is well" detail={"stopReason":"finish"}
    """#

  static let openHandsKindsEvents = #"""
    lifecycle "execution_status: running" name=openhands.ConversationStateUpdateEvent
    user "Fix it"
    assistant "I look"
    tool.call "ls" name=terminal call=k1
    tool.result "a.txt" name=terminal call=k1 error=yes
    tool.result "Bad arguments" name=edit call=k2 error=yes
    assistant "Done"
    error "No credit" name=openhands.error error=yes
    """#

  static let openHandsEvaluationEvents = #"""
    user "Fix it"
    tool.call "ls" name=run call=2
    tool.result "a.txt" name=run call=2
    result cost=500000µ
    ---
    user "Add it"
    lifecycle name=openhands.null
    assistant "Certainly"
    tool.call "touch a" name=run call=pair-2
    tool.result name=run call=pair-2 error=yes
    result "It broke" error=yes cost=250000µ
    """#

  static let sweAgentEvents = #"""
    assistant "I look"
    tool.call "ls -F" name=shell call=step-1
    tool.result "a.txt" name=shell call=step-1 ms=250
    tool.call "submit" name=shell call=step-2
    tool.result name=shell call=step-2
    lifecycle name=swe-agent.system
    lifecycle name=swe-agent.user
    result "diff --git a b" usage=100/7/0/0 cost=500000µ detail={"stopReason":"submitted"}
    """#

  static let miniSweAgentEvents = #"""
    lifecycle "You are an agent" name=swe-agent.system
    user "Fix it"
    assistant "THOUGHT: look"
    output "<returncode>0</returncode>"
    tool.result "a.txt" call=k1
    """#

  static let genericEvents = #"""
    lifecycle name=session
    user "Fix it"
    assistant "I look"
    thinking "Hm"
    tool.call "ls" name=Bash call=c
    tool.result "a.txt" name=Bash call=c error=yes
    assistant "Done"
    error "No credit" error=yes
    lifecycle name=heartbeat
    lifecycle "Later" name=session/update
    """#
}
