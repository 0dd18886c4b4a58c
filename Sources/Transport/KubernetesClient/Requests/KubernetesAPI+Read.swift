import ControlModel

extension KubernetesAPI {
  package func get<Resource: KubernetesResource>(
    _ resource: Resource.Type, _ name: String, in namespace: String? = nil
  ) async throws(KubernetesError) -> Resource {
    try await object(APIRequest("GET", RequestSubject("get", Resource.type, namespace: namespace, name: name)))
  }

  /// `nil` when there is none of that name.
  package func find<Resource: KubernetesResource>(
    _ resource: Resource.Type, _ name: String, in namespace: String? = nil
  ) async throws(KubernetesError) -> Resource? {
    do throws(KubernetesError) { return try await get(resource, name, in: namespace) } catch {
      guard error.status?.isNotFound == true else { throw error }
      return nil
    }
  }

  /// Everything at one moment, read page by page; of all namespaces for `nil`.
  package func list<Resource: KubernetesResource>(
    _ resource: Resource.Type, in namespace: String? = nil, _ selector: ObjectSelector = .init()
  ) async throws(KubernetesError) -> [Resource] {
    let subject = RequestSubject("list", Resource.type, namespace: namespace)
    var objects: [Resource] = []
    var pages = 0
    var limit: Int? = Self.pageSize
    var token: String?
    repeat {
      let page: JSONValue
      do throws(KubernetesError) {
        page = try await self.page(subject, selector, limit: limit, continueToken: token)
      } catch {
        // The moment that the pages are of has passed out of the server's memory: only one piece is sure to come.
        guard token != nil, error.status?.isExpired == true else { throw error }
        (objects, limit, token) = ([], nil, nil)
        continue
      }
      objects += (page["items"]?.arrayValue ?? []).compactMap { Resource(reading: $0) }
      pages += 1
      guard objects.count <= Self.mostObjects, pages <= Self.mostPages else {
        throw .unreadable(
          subject: "The list of \(Resource.type.plural)",
          reason: "it has more than \(Self.mostObjects) objects, or does not end")
      }
      token = page["metadata"]?["continue"]?.stringValue
      if token?.isEmpty == true { token = nil }
      if token == nil { return objects }
    } while true
  }

  static var pageSize: Int { 500 }
  /// Of one list and of one watch: ten times the sandboxes that one cluster is known to carry.
  static var mostObjects: Int { 100_000 }
  /// A server may send smaller pages than it is asked for, and empty ones.
  static var mostPages: Int { 10_000 }

  func page(
    _ subject: RequestSubject, _ selector: ObjectSelector, limit: Int?, continueToken: String?, retries: Int = 4
  ) async throws(KubernetesError) -> JSONValue {
    var request = APIRequest("GET", subject)
    request.retries = retries
    request.query = selector.query
    if let limit { request.query.append(("limit", "\(limit)")) }
    if let continueToken { request.query.append(("continue", continueToken)) }
    request.timeout = Self.listTimeout
    request.acceptsCompression = true
    return try await json(request)
  }
}

/// Which objects of a kind, in the server's own syntax.
package struct ObjectSelector: Sendable, Hashable {
  /// `paddock.dev/team=a,paddock.dev/session`.
  package var labels: String?
  /// `metadata.name=a`; few fields can be asked for.
  package var fields: String?

  package init(labels: String? = nil, fields: String? = nil) {
    self.labels = labels
    self.fields = fields
  }

  var query: [(name: String, value: String)] {
    [("labelSelector", labels), ("fieldSelector", fields)].compactMap { name, value in value.map { (name, $0) } }
  }
}
