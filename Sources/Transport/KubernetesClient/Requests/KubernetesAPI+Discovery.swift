import ControlModel

extension KubernetesAPI {
  /// As `v1.33.2`. Everybody may ask, but for those whose credentials are not accepted.
  package func serverVersion() async throws(KubernetesError) -> String {
    let type = ResourceType(group: "", version: "v1", kind: "Version", plural: "version", isNamespaced: false)
    var request = APIRequest("GET", RequestSubject("get", type))
    request.path = "/version"
    return try await json(request)["gitVersion"]?.stringValue ?? "of unknown version"
  }

  /// Whether the cluster knows the kind.
  package func serves(_ type: ResourceType) async throws(KubernetesError) -> Bool {
    var request = APIRequest("GET", RequestSubject("get", type))
    request.path = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.apiVersion)"
    do throws(KubernetesError) {
      let resources = try await json(request)["resources"]?.arrayValue ?? []
      return resources.contains { $0["name"]?.stringValue == type.plural }
    } catch {
      guard error.status?.code == 404 else { throw error }
      return false
    }
  }
}
