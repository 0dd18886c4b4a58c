import AgentRuntimes
import ControlModel
import Testing

@Suite struct RuntimeDriversTests {
  @Test func aRuntimeThatCannotBeDrivenIsRefusedByName() throws {
    let failure = #expect(throws: ControlFailure.self) {
      try RuntimeDrivers.make(.sample(runtime: .opencode))
    }
    #expect(failure?.code == .unsupported)
    #expect(failure?.summary.contains("opencode") == true)
  }

  @Test func anExecAgentNeedsACommand() throws {
    let failure = #expect(throws: ControlFailure.self) {
      try RuntimeDrivers.make(.sample(runtime: .exec))
    }
    #expect(failure?.code == .invalidArgument)
  }
}
