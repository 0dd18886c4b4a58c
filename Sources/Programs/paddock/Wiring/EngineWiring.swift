import ControlModel
import LocalSandboxEngine

extension Installation {
  func openEngine() async throws(ControlFailure) -> LocalSandboxEngine {
    try await LocalSandboxEngine.open(.init(dataDirectory: dataDirectory, runner: try Self.runner()))
  }
}
