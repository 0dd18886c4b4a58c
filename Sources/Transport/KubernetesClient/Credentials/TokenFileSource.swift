/// A token in a file that somebody else renews: read anew every minute, and after it was refused.
actor TokenFileSource: CredentialSource {
  private let path: String
  private let user: String
  /// Used while the file cannot be read.
  private let fallback: String?
  private let lifetime: Duration
  private var token: String?
  private var readAt: ContinuousClock.Instant?

  init(path: String, user: String, fallback: String?, lifetime: Duration = .seconds(60)) {
    self.path = path
    self.user = user
    self.fallback = fallback
    self.lifetime = lifetime
  }

  func current() async throws(KubernetesError) -> Credential {
    if let token, let readAt, ContinuousClock.now - readAt < lifetime { return .bearer(token) }
    let path = path
    let reading = await offPool { Result { () throws(ConfigurationProblem) in try ConfigurationFile.required(path) } }
    switch reading {
    case .success(let bytes):
      guard let text = String(decoding: bytes, as: UTF8.self).trimmedLine else { return try last("is empty") }
      token = text
      readAt = .now
      return .bearer(text)
    case .failure(let problem): return try last(problem.problem)
    }
  }

  func refused(_ credential: Credential) async {
    if let token, credential == .bearer(token) { readAt = nil }
  }

  /// A file that is being replaced is no reason to fail: the token before it may be good for an hour.
  private func last(_ problem: String) throws(KubernetesError) -> Credential {
    if let token = token ?? fallback { return .bearer(token) }
    throw .credentials(user: user, reason: "\(path) \(problem)")
  }
}
