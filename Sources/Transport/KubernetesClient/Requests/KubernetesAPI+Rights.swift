import ControlModel

extension KubernetesAPI {
  /// Which of these the asker may not do, in their order. Asked all at once.
  package func missing(
    _ accesses: [AuthorizationV1.Access]
  ) async throws(KubernetesError) -> [AuthorizationV1.Access] {
    let results = await withTaskGroup(of: (Int, Result<Bool, KubernetesError>).self) { group in
      for (index, access) in accesses.enumerated() { group.addTask { (index, await isAllowed(access)) } }
      return await group.reduce(into: [Int: Result<Bool, KubernetesError>]()) { $0[$1.0] = $1.1 }
    }
    var missing: [AuthorizationV1.Access] = []
    for (index, access) in accesses.enumerated() {
      if try results[index]?.get() == false { missing.append(access) }
    }
    return missing
  }

  private func isAllowed(_ access: AuthorizationV1.Access) async -> Result<Bool, KubernetesError> {
    do throws(KubernetesError) {
      return .success(try await review(AuthorizationV1.SelfSubjectAccessReview(access)).isAllowed)
    } catch {
      return .failure(error)
    }
  }

  /// Everything the asker may do in a namespace, as far as its authorizers can list it.
  package func rules(in namespace: String) async throws(KubernetesError) -> AuthorizationV1.SelfSubjectRulesReview {
    try await review(AuthorizationV1.SelfSubjectRulesReview(namespace: namespace))
  }

  /// Reviews have no name, and asking twice does no harm.
  private func review<Review: KubernetesResource>(_ review: Review) async throws(KubernetesError) -> Review {
    var request = APIRequest("POST", RequestSubject("create", Review.type))
    request.contentType = "application/json"
    request.body = review.body
    let answer = try await json(request)
    guard case .object(let object) = answer, object["status"] != nil else {
      throw .unreadable(subject: "The API server's answer to \(request.subject)", reason: "it has no status")
    }
    return Review(json: object)
  }
}
