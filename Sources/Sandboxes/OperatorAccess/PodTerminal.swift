import ControlModel
import KubernetesClient

/// A terminal in a pod, by exec or attach.
actor PodTerminal: TerminalSession {
  nonisolated let title: String
  private let session: RemoteSession
  /// An attached terminal is the agent's own: its size is not a viewer's to change.
  private let ownsTerminal: Bool
  private let takesInput: Bool
  private var end = "It was left."

  /// The best shell that the image has. It reads no file that the agent could have written: not at its start, nor, by a
  /// home, what editors, git and readline look for there.
  private static let shell = [
    "/bin/sh", "-c",
    """
    export HOME=/ HISTFILE= INPUTRC=/dev/null; unset ENV BASH_ENV PROMPT_COMMAND
    command -v bash > /dev/null && exec bash --noprofile --norc -i; exec sh -i
    """,
  ]

  static func open(
    _ kind: TerminalKind, in report: SandboxReport, size: TerminalSize, api: KubernetesAPI
  ) async throws(ControlFailure) -> PodTerminal {
    let pod = try podName(report)
    do throws(KubernetesError) {
      switch kind {
      case .shell:
        let streams = RemoteStreams(container: report.container, hasInput: true, isTerminal: true)
        let session = try await api.exec(shell, in: pod, namespace: report.namespace, streams)
        try await session.resize(columns: size.columns, rows: size.rows)
        return PodTerminal("shell in pod \(pod) (\(report.namespace))", session, ownsTerminal: true, takesInput: true)
      case .attach:
        let container = try await container(report.container, pod, report.namespace, api)
        let session = try await api.attach(to: pod, namespace: report.namespace, container)
        let what = container.hasInput ? "terminal" : "output"
        return PodTerminal(
          "\(what) of pod \(pod) (\(report.namespace))", session, ownsTerminal: false, takesInput: container.hasInput)
      }
    } catch {
      throw ControlFailure(access: error)
    }
  }

  /// Attach gets what the container has, and is refused anything else.
  private static func container(
    _ name: String, _ pod: String, _ namespace: String, _ api: KubernetesAPI
  ) async throws(KubernetesError) -> RemoteStreams {
    let object = try await api.get(CoreV1.Pod.self, pod, in: namespace)
    let container = object.spec?["containers"]?.arrayValue?.first { $0["name"]?.stringValue == name }
    return RemoteStreams(
      container: name, hasInput: container?["stdin"]?.boolValue ?? false,
      isTerminal: container?["tty"]?.boolValue ?? false)
  }

  private init(_ title: String, _ session: RemoteSession, ownsTerminal: Bool, takesInput: Bool) {
    self.title = title
    self.session = session
    self.ownsTerminal = ownsTerminal
    self.takesInput = takesInput
  }

  func next() async throws(ControlFailure) -> [UInt8]? {
    do throws(KubernetesError) {
      switch try await session.next() {
      case .output(let bytes), .errorOutput(let bytes): return bytes
      case .ended(.exited(let code)): end = code == 0 ? "It ended." : "It ended with status \(code)."
      case .ended(.failed(let message)): end = "It failed: \(message)"
      case nil: break
      }
      return nil
    } catch {
      throw ControlFailure(access: error)
    }
  }

  func outcome() -> String { end }

  func write(_ bytes: [UInt8]) async throws(ControlFailure) {
    guard takesInput else { return }
    do { try await session.write(bytes) } catch { throw ControlFailure(access: error) }
  }

  func resize(_ size: TerminalSize) async throws(ControlFailure) {
    guard ownsTerminal else { return }
    do { try await session.resize(columns: size.columns, rows: size.rows) } catch {
      throw ControlFailure(access: error)
    }
  }

  func close() async { await session.close() }
}
