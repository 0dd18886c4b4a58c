package import ControlModel
package import KubernetesClient
package import KubernetesSandboxEngine

/// Makes a namespace of a cluster a team's, and keeps it so. Each look reads everything anew and writes only what
/// differs.
package struct ClusterTeamProvisioner: TeamProvisioner {
  let api: KubernetesAPI
  let names: ClusterNames

  package init(_ api: KubernetesAPI, names: ClusterNames = ClusterNames()) {
    self.api = api
    self.names = names
  }

  /// What the core does with these kinds. The API server lets nobody give away rights that they do not have, so those
  /// of the operators' role have to be the core's besides.
  package static let rights: [AuthorizationV1.Access] = TeamManifests.types.flatMap { type in
    ["get", "create", "patch"].map { AuthorizationV1.Access($0, type.type) }
  }

  package func inspect(_ team: Team) async -> TeamReport {
    var report = emptyReport(of: team)
    do throws(KubernetesError) {
      if case .refused(let reason) = NamespaceClaim(of: team.name, on: try await namespace(of: team)) {
        report.items = [foreign(reason, report)]
        return report
      }
    } catch {
      // Whoever may not read the namespace itself may know what is in it.
    }
    for wanted in resources(of: team) { report.items.append(await look(at: wanted)) }
    return report
  }

  package func keep(_ team: Team) async -> TeamReport {
    var report = emptyReport(of: team)
    let resources = resources(of: team)
    do throws(KubernetesError) {
      if let refusal = try await takeNamespace(of: team) {
        report.items = [foreign(refusal, report)]
        return report
      }
      for wanted in resources { try await keep(wanted, &report) }
    } catch {
      let reached = report.items.count
      report.items += resources.dropFirst(reached).map { item($0, .unknown) }
      report.items[reached].problem = error.description
    }
    return report
  }

  /// Makes the namespace where there is none. Says why not, when it is not the team's to be changed.
  private func takeNamespace(of team: Team) async throws(KubernetesError) -> String? {
    let found = try await namespace(of: team)
    switch NamespaceClaim(of: team.name, on: found) {
    case .own: return nil
    case .refused(let reason): return reason
    case .free: break
    }
    // Not applied: that would label a namespace that somebody else has made since.
    let labels = [ClusterLabel.managedBy: ClusterLabel.manager, ClusterLabel.team: team.name.text]
    do throws(KubernetesError) {
      _ = try await api.create(CoreV1.Namespace(name: names.namespace(of: team.name), labels: labels))
      return nil
    } catch {
      guard error.status?.isAlreadyExists == true else { throw error }
    }
    guard case .refused(let reason) = NamespaceClaim(of: team.name, on: try await namespace(of: team)) else {
      return nil
    }
    return reason
  }

  private func namespace(of team: Team) async throws(KubernetesError) -> CoreV1.Namespace? {
    try await api.find(CoreV1.Namespace.self, names.namespace(of: team.name))
  }

  private func emptyReport(of team: Team) -> TeamReport {
    TeamReport(
      context: api.connection.context ?? "in-cluster", server: api.connection.baseURL,
      namespace: names.namespace(of: team.name))
  }

  private func resources(of team: Team) -> [any KubernetesResource] {
    TeamManifests(team: team.name, quota: team.quota, names: names).resources
  }

  private func foreign(_ reason: String, _ report: TeamReport) -> TeamReport.Item {
    .init(kind: CoreV1.Namespace.type.kind, name: report.namespace, standing: .foreign, problem: reason)
  }
}
