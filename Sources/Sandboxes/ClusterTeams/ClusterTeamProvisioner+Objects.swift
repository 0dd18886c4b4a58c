import ControlModel
import KubernetesClient
import KubernetesSandboxEngine

/// One object at a time.
extension ClusterTeamProvisioner {
  func item(
    _ object: any KubernetesResource, _ standing: TeamReport.Standing, _ problem: String? = nil
  ) -> TeamReport.Item {
    .init(kind: type(of: object).type.kind, name: object.name, standing: standing, problem: problem)
  }

  func look<Resource: KubernetesResource>(at wanted: Resource) async -> TeamReport.Item {
    do throws(KubernetesError) {
      return item(wanted, standing(of: try await api.find(Resource.self, wanted.name, in: wanted.namespace), wanted))
    } catch {
      return item(wanted, .unknown, error.description)
    }
  }

  /// Throws only where asking for the next object would be in vain: a refusal is this object's own.
  func keep<Resource: KubernetesResource>(
    _ wanted: Resource, _ report: inout TeamReport
  ) async throws(KubernetesError) {
    var standing = TeamReport.Standing.unknown
    do throws(KubernetesError) {
      standing = self.standing(
        of: try await api.find(Resource.self, wanted.name, in: wanted.namespace), wanted)
      guard standing != .inStep else { return report.items.append(item(wanted, .inStep)) }
      let result = self.standing(of: try await put(wanted), wanted)
      guard result == .inStep else {
        return report.items.append(item(wanted, result, "\(wanted) was put right, and something changed it at once."))
      }
      report.repairs.append(repair(wanted, standing))
      report.items.append(item(wanted, .inStep))
    } catch {
      guard let status = error.status else { throw error }
      report.items.append(item(wanted, standing, error.description + (status.isInvalid ? Self.remedy : "")))
    }
  }

  /// Some fields never change: the role of a binding, the scopes of a quota.
  private static let remedy = " Delete it: it is made anew."

  /// Forced: the fields of the manifest are Paddock's, whoever has set them since.
  private func put<Resource: KubernetesResource>(_ wanted: Resource) async throws(KubernetesError) -> Resource {
    let applied = try await api.apply(wanted, manager: ClusterLabel.manager, force: true)
    let surplus = ObjectComparison(wanted: wanted.json, found: applied.json).removal
    if surplus.members.isEmpty { return applied }
    return try await api.patch(
      Resource.self, wanted.name, in: wanted.namespace, with: surplus, if: Preconditions(uid: applied.metadata.uid),
      manager: ClusterLabel.manager)
  }

  private func standing<Resource: KubernetesResource>(
    of found: Resource?, _ wanted: Resource
  ) -> TeamReport.Standing {
    guard let found else { return .missing }
    let differences = ObjectComparison(wanted: wanted.json, found: found.json).differences
    return differences.isEmpty ? .inStep : .differs(differences)
  }

  private func repair(_ object: any KubernetesResource, _ standing: TeamReport.Standing) -> String {
    standing == .missing ? "\(object) was made." : "\(object) was put back: it \(standing)."
  }
}
