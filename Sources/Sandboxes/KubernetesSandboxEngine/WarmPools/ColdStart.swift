import KubernetesClient

/// Why a session of an agent with a warm pool was started without it.
struct ColdStart: Sendable, Hashable {
  /// One word for programs.
  var reason: String
  /// One sentence.
  var message: String

  static let notInstalled = ColdStart(
    reason: "ExtensionMissing",
    message:
      "The cluster has no \(ExtensionsV1Beta1.SandboxWarmPool.type.apiVersion): install agent-sandbox's extensions.")

  static func noPool(_ name: String) -> ColdStart {
    ColdStart(reason: "PoolMissing", message: "The warm pool '\(name)' is not there yet.")
  }

  static func poolEmpty(_ name: String) -> ColdStart {
    ColdStart(reason: "PoolEmpty", message: "The warm pool '\(name)' had no sandbox that could be had.")
  }

  static let unanswered = ColdStart(
    reason: "ClaimUnanswered", message: "The controller of agent-sandbox's extensions did not answer the claim.")

  static let otherDeclaration = ColdStart(
    reason: "ClaimOutdated", message: "The claim had a sandbox of another declaration of the agent.")

  init(reason: String, message: String) {
    self.reason = reason
    self.message = message
  }

  init(_ error: KubernetesError) {
    if error.status?.isNotFound == true {
      self = .notInstalled
    } else {
      self.init(reason: error.status?.isForbidden == true ? "RightMissing" : "ClaimRefused", message: error.description)
    }
  }
}

/// How a sandbox came about, as it is noted on it; nothing for agents without a warm pool.
enum SandboxStart: Sendable, Hashable {
  case warm(pool: String)
  case cold(ColdStart)

  var annotations: [String: String] {
    switch self {
    case .warm(let pool):
      [ClusterLabel.start: "Adopted", ClusterLabel.startMessage: "It waited in the warm pool '\(pool)'."]
    case .cold(let cold): [ClusterLabel.start: cold.reason, ClusterLabel.startMessage: cold.message]
    }
  }
}
