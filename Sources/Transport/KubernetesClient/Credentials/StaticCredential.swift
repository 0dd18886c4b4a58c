/// A credential that the kubeconfig itself holds: what is refused stays refused.
struct StaticCredential: CredentialSource {
  private let credential: Credential

  init(_ credential: Credential) {
    self.credential = credential
  }

  func current() async throws(KubernetesError) -> Credential { credential }

  func refused(_ credential: Credential) async {}
}
