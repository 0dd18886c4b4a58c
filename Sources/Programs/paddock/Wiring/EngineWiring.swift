import ControlModel
import LocalSandboxEngine

extension Installation {
  func makeEngine() throws(ControlFailure) -> LocalSandboxEngine {
    try LocalSandboxEngine(.init(dataDirectory: dataDirectory, runner: Self.runner()))
  }
}
