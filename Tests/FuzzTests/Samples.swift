import Foundation
import TranscriptCorpus

/// What comes from outside, as it should be.
enum Samples {
  static let exec = [
    #"{"kind":"result","text":"a","usage":{"input":9,"output":8,"cacheRead":7,"cacheWrite":6},"costUSD":0.25,"durationMS":1200}"#,
    #"{"kind":"tool.call","text":"ls","callID":"c1","name":"sh"}"#,
    #"{"kind":"tool.result","text":"ok","callID":"c1","durationMS":5,"isError":false}"#,
    #"{"kind":"approval.request","text":"rm","callID":"c2"}"#, #"{"kind":"hello","input":"json"}"#, "plain 1 2 3",
  ]

  static let claude = [
    #"{"type":"system","subtype":"init","session_id":"s","model":"m","uuid":"1"}"#,
    #"{"type":"system","subtype":"api_retry","retry_delay_ms":1500.5,"attempt":1,"max_retries":10,"session_id":"s"}"#,
    #"{"type":"assistant","session_id":"s","uuid":"2","timestamp":"2026-01-01T00:00:01Z","message":{"id":"m1","content":[{"type":"text","text":"t"}],"usage":{"input_tokens":5,"output_tokens":6,"cache_read_input_tokens":7,"cache_creation_input_tokens":8}}}"#,
    #"{"type":"result","subtype":"success","is_error":false,"duration_ms":10,"num_turns":1,"result":"x","session_id":"s","total_cost_usd":0.1,"usage":{"input_tokens":1,"output_tokens":2},"modelUsage":{"m":{"inputTokens":3,"outputTokens":4,"costUSD":0.5}}}"#,
    #"{"type":"result","is_error":true,"result":"y","session_id":"s","total_cost_usd":0.3,"model_usage_since_last_result":{"m":{"inputTokens":3,"costUSD":0.5}}}"#,
    #"{"type":"user","session_id":"s","uuid":"3","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}}"#,
  ]

  static let codex = [
    #"{"type":"thread.started","thread_id":"t"}"#, #"{"type":"turn.started"}"#,
    #"{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":3,"output_tokens":4}}"#,
    #"{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"ls","exit_code":1,"duration_ms":7,"status":"completed"}}"#,
    #"{"method":"thread/tokenUsage/updated","params":{"threadId":"T","turnId":"U","tokenUsage":{"total":{"inputTokens":9,"cachedInputTokens":1,"outputTokens":2},"last":{"inputTokens":9}}}}"#,
    #"{"method":"turn/completed","params":{"threadId":"T","turn":{"id":"U","status":"completed","durationMs":12}}}"#,
    #"{"timestamp":"2026-01-01T00:00:00Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":1,"output_tokens":2},"last_token_usage":{"input_tokens":1}}}}"#,
    #"{"timestamp":"2026-01-01T00:00:00Z","type":"event_msg","payload":{"type":"task_complete","duration_ms":3}}"#,
  ]

  static let transcripts =
    claude + codex + [
      #"{"type":"message_update","id":"g1","type":"gemini","content":"x","tokens":{"input":5,"output":6,"cached":1,"thoughts":2},"timestamp":"2026-01-01T00:00:00Z"}"#,
      #"{"info":{"id":"m","role":"assistant","time":{"created":1767225600000}},"parts":[{"type":"step-finish","reason":"stop","tokens":{"input":1,"output":2,"reasoning":3,"cache":{"read":4,"write":5}},"cost":0.5},{"type":"tool","tool":"bash","callID":"c","state":{"status":"completed","time":{"start":1,"end":9}}}]}"#,
      #"{"trajectory":[{"action":"ls","observation":"a","thought":"t","execution_time":0.5}],"info":{"exit_status":"submitted","model_stats":{"tokens_sent":10,"tokens_received":5,"instance_cost":0.25}}}"#,
      #"{"id":7,"timestamp":"2026-01-01T00:00:00","source":"agent","action":"run","args":{"command":"ls"},"metrics":{"accumulated_cost":0.5}}"#,
    ]

  static let journal = [
    #"{"seq":7,"time":"2026-11-22T20:18:00.000000Z","kind":"result","text":"t","usage":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4},"costMicroUSD":5,"durationMS":6,"detail":{"disbelieved":["usage.input -1"]},"raw":{"a":1}}"#,
    #"{"seq":1,"time":"2026-11-22T20:18:00Z","kind":"lifecycle","text":"","name":"runner.started","detail":{"generation":2}}"#,
  ]

  static let rows = [
    #"{"lastSeq":5,"generation":2,"turns":3,"costMicroUSD":40,"lastEventAt":"2026-01-01T00:00:00Z","activity":"working","tokens":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4},"log":{"pod":"p","container":"c","restarts":1,"latest":1000000,"floor":900000,"marks":["950000 77"]}}"#,
    #"{"runtime":"exec","command":["a"],"env":{"A":"1"},"limits":{"cpu":0.5,"memory":1073741824,"processes":200,"budgetUSD":5,"idleTimeout":1800},"volume":{"size":10737418240},"warmPool":{"size":2},"network":"none","permissions":"ask"}"#,
    #"{"engine":"local","sandbox":"s","generation":3,"process":77,"events":[{"time":"2026-01-01T00:00:00Z","count":5}],"conditions":[]}"#,
  ]

  static let declarations = [
    """
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: t, name: n }
    spec:
      runtime: exec
      command: &c [/bin/sh, -c, 'echo 1', yes, 0o17]
      env: { A: NO, B: 1.10, C: "x", D: 12:30:45 }
      limits: { cpu: 0.5, memory: 512Mi, processes: 200, budgetUSD: 5, idleTimeout: 30m }
      warmPool: { size: 2 }
      volume: { size: 10Gi }
      pod: { tolerations: [{ key: a, effect: NoExecute, tolerationSeconds: 300 }], nodeSelector: { a: b } }
    """,
    """
    a: &a [1, 2, x]
    b: &b {c: *a, d: [*a, *a]}
    *a : *b
    e: |
      *b in prose
    """,
  ]

  static let kubeconfigs = [
    """
    apiVersion: v1
    kind: Config
    current-context: c
    clusters:
    - name: c
      cluster: { server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true, proxy-url: http://p:3128 }
    contexts:
    - { name: c, context: { cluster: c, user: u, namespace: n } }
    users:
    - name: u
      user: { token: 12345, exec: { apiVersion: client.authentication.k8s.io/v1, command: x, args: [1, yes] } }
    """
  ]

  static let answers = [
    "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 12\r\n\r\n{\"code\": 503}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbody",
    #"{"kind":"Status","code":429,"details":{"retryAfterSeconds":3}}"#,
  ]

  static let console = [
    "theme: dark\nkeymap: default\ncolors: 256\nglyphs: ascii\nescapeDelay: 25\n",
    """
    schema: theme/1
    inherits: dark
    palette: { ink: '#102030', red: { color: bright-red, ansi: 9 } }
    roles: { text: ink, header: { fg: red, bg: ink, bold: true } }
    """,
    """
    schema: keymap/1
    inherits: f
    scopes:
      global: { q: quit, C-x: { title: more, keys: { ret: open, "1": null } } }
      transcript: { j: open }
    """,
  ]

  static let streams = [
    #"{"type":"ADDED","object":{"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"11"},"status":{"phase":"Running"}}}"#
      + "\n" + #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"20"}}}"# + "\n",
    #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","details":{"retryAfterSeconds":3}}}"#
      + "\n",
    #"{"kind":"PodList","metadata":{"resourceVersion":"10","continue":""},"items":[{"metadata":{"name":"a","uid":"u","resourceVersion":"1"}},{"metadata":{"name":"b","uid":"v","resourceVersion":"2"}}]}"#,
    "\u{2}\u{5}hello\u{9}\u{0}2026-11-22T20:18:00.000000001Z a line of a log\n", "\u{1}\u{7E}\u{0}\u{80}",
  ]

  /// Beside the checkout, where they are: real lines of agents.
  static func corpus(_ format: String) -> [String] {
    TranscriptCorpus.lineFiles(format).prefix(12).flatMap { lines(of: $0) }
  }

  static let foreign = lines(of: "\(shared)/cases/agents/foreign-log-overflow.txt")

  static let cases: [String] = {
    let folder = "\(shared)/cases/transcripts"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().flatMap { lines(of: "\(folder)/\($0)") }
  }()

  private static let shared =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared").standardized.path

  private static func lines(of file: String) -> [String] {
    guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.utf8.count < 20_000 }.prefix(40)
      .map(String.init)
  }
}
