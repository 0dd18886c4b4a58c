import ControlModel
import LocalSandboxEngine

extension Installation {
  func openEngine() throws(ControlFailure) -> LocalSandboxEngine {
    try LocalSandboxEngine(.init(dataDirectory: dataDirectory, runner: try Self.runner()))
  }
}
