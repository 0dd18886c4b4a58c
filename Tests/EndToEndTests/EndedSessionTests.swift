import ControlModel
import Foundation
import PaddockProgram
import Testing

/// What a session leaves in the core when it has ended by itself; it may stay for years.
@Suite struct EndedSessionTests {
  @Test func sessionsThatEndedKeepNoDescriptorsInTheCore() async throws {
    try await PaddockInstallation.run { paddock in
      try await paddock.apply(agent: "once", "runtime: exec\ncommand: [/bin/sh, -c, 'echo once']")
      let core = try await core(of: paddock)
      let first = try await paddock.start(agent: "once")
      try await paddock.wait(for: first, toBe: "finished")
      let before = try await settled(core)
      // More of them than a busy machine's pools of threads vary by.
      for _ in 0..<14 {
        let id = try await paddock.start(agent: "once")
        try await paddock.wait(for: id, toBe: "finished")
      }
      try await eventually("descriptors and threads are given back") {
        let now = try counts(core)
        return now.descriptors <= before.descriptors + 3 && now.threads <= before.threads + 8 ? true : nil
      }
    }
  }

  private func core(of paddock: PaddockInstallation) async throws -> Int {
    let holder = try #require(try await paddock.json("status")["core"]?.stringValue)
    return try #require(holder.split(separator: "/").last.flatMap { Int($0) })
  }

  private func settled(_ core: Int) async throws -> (descriptors: Int, threads: Int) {
    var last = try counts(core)
    try await eventually("the core is at rest") {
      let now = try counts(core)
      defer { last = now }
      return now == last ? true : nil
    }
    return last
  }

  private func counts(_ process: Int) throws -> (descriptors: Int, threads: Int) {
    let files = FileManager.default
    return (
      try files.contentsOfDirectory(atPath: "/proc/\(process)/fd").count,
      try files.contentsOfDirectory(atPath: "/proc/\(process)/task").count
    )
  }
}
