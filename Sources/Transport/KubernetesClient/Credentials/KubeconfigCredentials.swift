import HTTPTransport

/// Those of a kubeconfig that somebody may write anew while this program runs, with other tokens or certificates: a
/// refusal is the reason to look. The server and its authority stay those of the start.
actor KubeconfigCredentials: CredentialSource {
  private let files: KubeconfigSource
  private let context: String?
  private let baseURL: String
  private var identity: TLSIdentity?
  private var source: any CredentialSource
  /// What the connection itself shows; another one has to go with each request.
  private let ownIdentity: TLSIdentity?

  init(_ connection: APIServerConnection, from files: KubeconfigSource) {
    self.files = files
    context = connection.context
    baseURL = connection.baseURL
    source = connection.credentials
    identity = connection.tls.identity
    ownIdentity = identity
  }

  func current() async throws(KubernetesError) -> Credential {
    do throws(KubernetesError) { return shown(try await source.current()) } catch {
      // Its plugin or its file may be gone because the kubeconfig names others now.
      guard await readAnew() else { throw error }
      return shown(try await source.current())
    }
  }

  func refused(_ credential: Credential) async {
    await source.refused(credential)
    // A source that has another one already need not be replaced.
    if let other = try? await source.current(), shown(other) != credential { return }
    await readAnew()
  }

  /// Whether there is something to ask now.
  @discardableResult private func readAnew() async -> Bool {
    let (files, context) = (files, context)
    let read = await offPool {
      Result { () throws(KubernetesError) in
        try APIServerConnection(files.load(), context: context, environment: files.environment)
      }
    }
    // One that is just being written is read at the next refusal. Credentials are for the server they were given for.
    guard case .success(let connection) = read, connection.baseURL == baseURL else { return false }
    (source, identity) = (connection.credentials, connection.tls.identity)
    return true
  }

  private func shown(_ credential: Credential) -> Credential {
    guard let identity, identity != ownIdentity, credential.identity == nil else { return credential }
    return switch credential {
    case .none: .certificate(identity)
    case .bearer(let token): .bearerAndCertificate(token, identity)
    case .basic, .certificate, .bearerAndCertificate: credential
    }
  }
}
