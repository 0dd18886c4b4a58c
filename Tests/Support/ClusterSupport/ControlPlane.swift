import PaddockProgram

/// A real etcd and a real kube-apiserver on 127.0.0.1, with the kinds of agent-sandbox and the stand-in for their
/// controller, which also plays a kubelet and the garbage collector. It goes down with this process, in whatever way
/// that ends.
package struct ControlPlane: TestCluster {
  package let directory: String

  /// One for each test process, started with the first test that asks for it. Tests that stop its API server start a
  /// control plane of their own.
  package static func shared() async throws -> ControlPlane {
    try await sharedControlPlane.value { try await start() }
  }

  /// `controllers`: those of kube-controller-manager that really run, such as `namespace`, `resourcequota` and
  /// `garbagecollector`; without them a namespace is never deleted for good, and a quota has no status.
  package static func start(controllers: [String] = [], agentSandbox: AgentSandbox = .played) async throws
    -> ControlPlane
  {
    let directory = uniqueDirectory("control-plane")
    let arguments = controllers.isEmpty ? [] : ["--controllers", controllers.joined(separator: ",")]
    try await support("control-plane", ["up", directory, "--while", ownProcess] + agentSandbox.arguments + arguments)
    return ControlPlane(directory: directory)
  }

  package func stop() async throws { try await support("control-plane", ["down", directory]) }

  /// As a crash would: SIGKILL. What it has stored stays.
  package func stopAPIServer() async throws { try await support("control-plane", ["kill-server", directory]) }

  /// At the same address, on the same data.
  package func startAPIServer() async throws { try await support("control-plane", ["start-server", directory]) }

  /// Where an administrator's requests are passed on from, and the file with what was written through there.
  package struct Recording: Sendable {
    package var address: String
    package var file: String
  }

  /// Goes with the control plane.
  package func record() async throws -> Recording {
    let run = try await support("recording-proxy", [directory])
    guard run.lines.count == 2 else {
      throw ClusterFailure(command: "recording-proxy", arguments: [directory], run: run)
    }
    return Recording(address: run.lines[0], file: run.lines[1])
  }
}

/// How much of agent-sandbox a cluster has.
package enum AgentSandbox: Sendable {
  case none
  /// The kinds alone: nothing acts on them.
  case kinds
  case played

  var arguments: [String] {
    switch self {
    case .none: []
    case .kinds: ["--kinds"]
    case .played: ["--agent-sandbox"]
    }
  }
}

private let sharedControlPlane = Once<ControlPlane>()
