import ArgumentParser
import ClusterInstallation
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine

struct InstallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Print what cores need in a cluster, as YAML, or apply it.",
    discussion: "Namespace, service account, the rights of the core, its Deployment, and a Service for its metrics. "
      + "The secret with the database's URL is yours to make. See docs/kubernetes.md.")

  @Flag(help: "Apply it to the cluster instead of printing it.") var apply = false
  @Flag(name: .customLong("dry-run"), help: "With --apply: the cluster checks it and changes nothing.")
  var isTrial = false
  @Option(help: "The kubeconfig's context. Default: $PADDOCK_CONTEXT, or the current one.") var context: String?
  @Option(help: "A kubeconfig. Default: as for kubectl.") var kubeconfig: String?
  @OptionGroup(title: "The cores") var options: InstallationOptions
  @Option(name: [.long, .short], help: "With --apply: table or json.") var output: OutputFormat = .table

  func validate() throws {
    if isTrial, !apply { throw ValidationError("--dry-run asks a cluster: it goes with --apply.") }
  }

  func run() async throws {
    let manifests = try options.manifests()
    guard apply else {
      return StandardOutput.write(ManifestText.yaml(manifests.objects.map(\.json)))
    }
    let api = try openCluster()
    let results = try await ManifestApplication(api, isTrial: isTrial).apply(manifests.objects)
    Report.print(
      .array(results.map { ["object": .string($0.object), "outcome": .string($0.outcome.rawValue)] }), as: output
    ) {
      results.map { "\($0.object): \(words(for: $0.outcome))\n" }.joined()
    }
    if !isTrial { await warnAboutSecret(manifests, api) }
  }

  private func openCluster() throws -> KubernetesAPI {
    let choice = EngineChoice(context: context, kubeconfig: kubeconfig.map(Installation.absolute))
      .filled(from: try .environment())
    do throws(KubernetesError) {
      let api = try KubernetesAPI(choice.connection())
      StandardError.say("To \(api.connection.context.map { "\($0), " } ?? "")\(api.connection.baseURL):")
      return api
    } catch {
      throw ControlFailure(error)
    }
  }

  private func words(for outcome: ManifestApplication.Outcome) -> String {
    switch outcome {
    case .untried: "not tried, its namespace is not there yet"
    case .unchanged: "unchanged"
    case .created, .changed: isTrial ? "would be \(outcome.rawValue)" : outcome.rawValue
    }
  }

  /// Its absence keeps the pods from starting, and they say so only in their events.
  private func warnAboutSecret(_ manifests: InstallationManifests, _ api: KubernetesAPI) async {
    let (name, key) = (manifests.database.name, manifests.database.key)
    let secret: CoreV1.Secret?
    // Who may not read secrets need not know.
    do { secret = try await api.find(CoreV1.Secret.self, name, in: manifests.namespaceName) } catch { return }
    if secret?.keys.contains(key) == true { return }
    StandardError.write(
      """
      The cores start once the database's URL is there:
        kubectl --namespace \(manifests.namespaceName) create secret generic \(name) --from-literal=\(key)='postgresql://…'

      """)
  }
}
