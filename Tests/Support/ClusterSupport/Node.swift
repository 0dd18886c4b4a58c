/// A whole node: pods really run here. There is one at a time on a machine; another test process waits for it.
/// It goes down with this process, in whatever way that ends.
package struct Node: TestCluster {
  package let directory: String

  /// One for each test process, with the stand-in for agent-sandbox's controller. Namespaces keep tests apart.
  package static func shared() async throws -> Node {
    try await sharedNode.value { try await start() }
  }

  private static func start() async throws -> Node {
    let directory = uniqueDirectory("node")
    try await support("node", ["up", directory, "--while", ownProcess, "--agent-sandbox"])
    return Node(directory: directory)
  }

  /// Gives the node an image and returns the name that pods call it by.
  package func load(_ image: Image) async throws -> String {
    let file = try await support("image", image.arguments).firstLine
    try await support("node", ["import", directory, file])
    return image.name
  }

  /// Lets pods reach a server of this machine that listens on 127.0.0.1; the address to use in a pod.
  package func expose(port: Int) async throws -> String {
    try await support("node", ["expose", directory, "\(port)"]).firstLine
  }

  /// The same for a server that listens on a unix socket.
  package func expose(socket: String) async throws -> String {
    try await support("node", ["expose", directory, socket]).firstLine
  }

  package enum Image: Sendable {
    /// A shell and small tools.
    case busybox
    /// Debian with bash, git, python3 and the real Claude Code, as user 1000 with the home `/home/agent`.
    case agent
    /// The program of that path as `/paddock-runner`.
    case runner(program: String)
    /// The program of that path in the PATH, with its libraries.
    case paddock(program: String)

    var arguments: [String] {
      switch self {
      case .busybox: ["busybox"]
      case .agent: ["agent"]
      case .runner(let program): ["runner", program]
      case .paddock(let program): ["paddock", program]
      }
    }

    package var name: String {
      switch self {
      case .busybox: "paddock.test/busybox:1"
      case .agent: "paddock.test/agent:1"
      case .runner: "paddock.test/runner:1"
      case .paddock: "paddock.test/paddock:1"
      }
    }
  }
}

private let sharedNode = Once<Node>()
