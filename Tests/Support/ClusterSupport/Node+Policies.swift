/// The node's network enforces no NetworkPolicy until it is told to, one namespace at a time: so a test sees both.
extension Node {
  /// From now on, and when something changes `delay` seconds later. With `isForeign` the node's own address, where the API
  /// server is as well, is an address as any other. Wait for what is to be refused: nobody tells when rules are in force.
  package func enforcePolicies(in namespace: String, delay: Double = 0, isForeign: Bool = false) async throws {
    let options = ["--delay", "\(delay)"] + (isForeign ? ["--foreign-node"] : [])
    try await support("network-policies", ["enforce", directory, namespace] + options)
  }

  package func ignorePolicies(in namespace: String) async throws {
    try await support("network-policies", ["ignore", directory, namespace])
  }
}
