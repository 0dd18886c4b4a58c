package import ControlModel
package import KubernetesClient
import KubernetesSandboxEngine

/// Brings objects to a cluster by server-side apply, which takes over what others changed in the fields that are ours.
package struct ManifestApplication: Sendable {
  package var api: KubernetesAPI
  /// The server checks and answers as if it had done it.
  package var isTrial: Bool

  package init(_ api: KubernetesAPI, isTrial: Bool = false) {
    self.api = api
    self.isTrial = isTrial
  }

  package struct Result: Sendable, Hashable {
    /// `Deployment paddock-core in paddock`.
    package var object: String
    package var outcome: Outcome
  }

  package enum Outcome: String, Sendable, Hashable {
    case created, changed, unchanged
    /// A trial in a namespace that is not there: a server has nothing to try it in.
    case untried
  }

  package func apply(_ objects: [any KubernetesResource]) async throws(ControlFailure) -> [Result] {
    var results: [Result] = []
    var missing: Set<String> = []
    for object in objects {
      let outcome: Outcome
      if let namespace = object.namespace, missing.contains(namespace) {
        outcome = .untried
      } else {
        outcome = try await apply(object)
      }
      if isTrial, outcome == .created, object is CoreV1.Namespace { missing.insert(object.name) }
      results.append(Result(object: object.description, outcome: outcome))
    }
    return results
  }

  private func apply<Resource: KubernetesResource>(_ object: Resource) async throws(ControlFailure) -> Outcome {
    do throws(KubernetesError) {
      let former = try await api.find(Resource.self, object.name, in: object.namespace)
      let latest = try await api.apply(object, manager: ClusterLabel.manager, force: true, isTrial: isTrial)
      guard let former else { return .created }
      return former.isAlike(latest) ? .unchanged : .changed
    } catch {
      throw ControlFailure(error)
    }
  }
}

extension KubernetesResource {
  /// Whether nothing was written between; a trial leaves the version as it is, and shows what it would have changed.
  fileprivate func isAlike(_ latest: Self) -> Bool {
    json["metadata"]?["resourceVersion"] == latest.json["metadata"]?["resourceVersion"] && spec == latest.spec
      && json["rules"] == latest.json["rules"] && json["subjects"] == latest.json["subjects"]
      && metadata.labels == latest.metadata.labels
  }
}
