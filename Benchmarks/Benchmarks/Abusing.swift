import ControlModel
import PostgresClient

/// Two teams on one stack of `paddock up`, whole and real: twenty agents of `beta` that say something each second, and
/// all that agents and an operator of `alpha` can do against them at once.
enum Abusing {
  static let victims = 20
  private static let seconds = Program.number("PADDOCK_BENCH_ABUSE_SECONDS", default: 600)

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    let stack = try await AbusedStack.start(in: workbench.folder + "/abused")
    do {
      let findings = try await measure(stack)
      try await stack.stop()
      return findings
    } catch {
      try? await stack.stop()
      throw error
    }
  }

  private static func measure(_ stack: AbusedStack) async throws -> [Finding] {
    let before = try await observe(stack, for: min(30, seconds))
    let attack = try await stack.attack()
    let during = try await observe(stack, for: seconds)
    let tries = await attack.stop()
    note("alpha's operator: \(tries)")
    return [
      finding("recorded, p99: \(victims) agents of a team, nothing else", before.recorded, "≤ 1 s"),
      finding("the same, while another team attacks for \(seconds) s", during.recorded, "≤ 1 s"),
      finding("key to screen, p99: nothing else", before.keys, "≤ 16 ms"),
      finding("the same, while another team attacks", during.keys, "≤ 16 ms"),
    ]
  }

  private static func finding(_ what: String, _ times: [Duration], _ goal: String) -> Finding {
    let (median, most) = (times.percentile(0.5), times.percentile(1))
    return Finding(
      what, Figure.duration(times.percentile(0.99)),
      peer: "p50: \(Figure.duration(median)), most: \(Figure.duration(most)), of \(times.count)", goal: goal)
  }

  private struct Observation {
    var recorded: [Duration] = []
    var keys: [Duration] = []
  }

  private static func observe(_ stack: AbusedStack, for seconds: Int) async throws -> Observation {
    async let keys = stack.pressKeys(for: seconds)
    let recorded = try await stack.recordingDelays(for: seconds)
    return Observation(recorded: recorded, keys: try await keys)
  }
}
