package import ControlModel

/// What must still be true of an object for an action on it to be carried out.
package struct Preconditions: Sendable, Hashable {
  package var uid: String?
  package var resourceVersion: String?

  package init(uid: String? = nil, resourceVersion: String? = nil) {
    self.uid = uid
    self.resourceVersion = resourceVersion
  }

  var json: JSONObject {
    var json = JSONObject()
    json["uid"] = uid.map { .string($0) }
    json["resourceVersion"] = resourceVersion.map { .string($0) }
    return json
  }
}

/// What becomes of what an object owns.
package enum DeletionPropagation: String, Sendable {
  /// The object goes at once, the rest after it.
  case background = "Background"
  /// The object goes when the rest has gone.
  case foreground = "Foreground"
  case orphan = "Orphan"
}

extension KubernetesAPI {
  /// A create that got no answer is not made again: whether it was carried out has to be looked at.
  package func create<Resource: KubernetesResource>(_ object: Resource) async throws(KubernetesError) -> Resource {
    var request = APIRequest("POST", RequestSubject("create", Resource.type, namespace: object.namespace))
    request.subject.name = object.name.isEmpty ? nil : object.name
    request.path = Resource.type.path(namespace: object.namespace)
    request.contentType = "application/json"
    request.body = object.body
    return try await self.object(request)
  }

  /// Server-side apply: `object` holds the fields that `manager` owns, and no others. Fields that it owned and that are
  /// left out are given up. With `force`, fields that others own are taken from them; without, that is a conflict. A trial
  /// is checked and answered, and not stored.
  package func apply<Resource: KubernetesResource>(
    _ object: Resource, manager: String, force: Bool = false, subresource: String? = nil, isTrial: Bool = false
  ) async throws(KubernetesError) -> Resource {
    var request = APIRequest(
      "PATCH",
      RequestSubject(
        "patch", Resource.type, subresource: subresource, namespace: object.namespace, name: object.name))
    request.query = [("fieldManager", manager), ("force", force ? "true" : "false")]
    if isTrial { request.query.append(("dryRun", "All")) }
    // YAML by name; JSON is YAML.
    request.contentType = "application/apply-patch+yaml"
    request.body = object.body
    return try await self.object(request)
  }

  /// JSON merge patch (RFC 7386): members replace, `null` takes away, lists are replaced whole.
  package func patch<Resource: KubernetesResource>(
    _ resource: Resource.Type, _ name: String, in namespace: String? = nil, subresource: String? = nil,
    with patch: JSONObject, if preconditions: Preconditions = .init(), manager: String? = nil
  ) async throws(KubernetesError) -> Resource {
    var request = APIRequest(
      "PATCH",
      RequestSubject("patch", Resource.type, subresource: subresource, namespace: namespace, name: name))
    if let manager { request.query = [("fieldManager", manager)] }
    request.contentType = "application/merge-patch+json"
    request.body = Array(JSONValue.object(patch.requiring(preconditions)).text.utf8)
    return try await object(request)
  }

  /// `false` when there was nothing to delete.
  @discardableResult package func delete<Resource: KubernetesResource>(
    _ resource: Resource.Type, _ name: String, in namespace: String? = nil, if preconditions: Preconditions = .init(),
    propagation: DeletionPropagation = .background, gracePeriod: Int? = nil
  ) async throws(KubernetesError) -> Bool {
    var options: JSONObject = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
    ]
    options["preconditions"] = preconditions == .init() ? nil : .object(preconditions.json)
    // In seconds; 0 takes a pod off the list whether or not its node still runs it.
    options["gracePeriodSeconds"] = gracePeriod.map { JSONValue($0) }
    var request = APIRequest("DELETE", RequestSubject("delete", Resource.type, namespace: namespace, name: name))
    request.contentType = "application/json"
    request.body = Array(JSONValue.object(options).text.utf8)
    do throws(KubernetesError) { _ = try await send(request) } catch {
      guard error.status?.isNotFound == true else { throw error }
      return false
    }
    return true
  }

  /// Through the `scale` subresource.
  package func scale<Resource: KubernetesResource>(
    _ resource: Resource.Type, _ name: String, in namespace: String, to replicas: Int
  ) async throws(KubernetesError) {
    var request = APIRequest(
      "PATCH", RequestSubject("patch", Resource.type, subresource: "scale", namespace: namespace, name: name))
    request.contentType = "application/merge-patch+json"
    request.body = Array(JSONValue.object(["spec": ["replicas": JSONValue(replicas)]]).text.utf8)
    _ = try await send(request)
  }
}

extension KubernetesResource {
  var body: [UInt8] { Array(JSONValue.object(json).text.utf8) }
}

extension JSONObject {
  /// A patch that names uid or resourceVersion is refused where they differ.
  fileprivate func requiring(_ preconditions: Preconditions) -> JSONObject {
    guard preconditions != .init() else { return self }
    var metadata = self["metadata"]?.objectValue ?? JSONObject()
    for member in preconditions.json.members { metadata.replace(member.name, with: member.value) }
    var patch = self
    patch.replace("metadata", with: .object(metadata))
    return patch
  }
}
