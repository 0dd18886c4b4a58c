import AgentRuntimes
import ControlModel
import Testing

/// An agent CLI as it comes from its makers, and the stand-in of its model's API in Tests/Support.
struct RuntimePeer: Sendable {
  var name: String
  var runtime: RuntimeName
  /// The argument of Tests/Support/agent-clis.
  var cli: String
  /// A program of Tests/Support.
  var api: String
  /// The field of a request that holds the conversation.
  var conversation: String
  /// The field of a request that holds what the agent is told to be.
  var instructions: String
  /// What the CLI calls its tool for commands.
  var shell: String
  /// What the stand-in counts for one reply.
  var reply: TokenUsage
  /// What the CLI says that one reply cost.
  var cost: USD
  /// The variable with the API's address, and the path behind it.
  var address: (variable: String, path: String)
  var key: String

  static let claude = RuntimePeer(
    name: "Claude Code", runtime: .claudeCode, cli: "claude", api: "messages-api", conversation: "messages",
    instructions: "system", shell: "Bash",
    reply: TokenUsage(input: 100, output: 42, cacheRead: 3000, cacheWrite: 200), cost: USD(micros: 2840),
    address: ("ANTHROPIC_BASE_URL", ""), key: "ANTHROPIC_API_KEY")

  /// Tells no cost.
  static let codex = RuntimePeer(
    name: "Codex", runtime: .codex, cli: "codex", api: "responses-api", conversation: "input",
    instructions: "input", shell: "shell",
    reply: TokenUsage(input: 400, output: 50, cacheRead: 600), cost: .zero,
    address: ("OPENAI_BASE_URL", "/v1"), key: "OPENAI_API_KEY")

  static let all = [claude, codex]
}

extension RuntimePeer: CustomTestStringConvertible {
  var testDescription: String { name }
}
