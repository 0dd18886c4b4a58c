package import ControlModel

/// Where this machine lets the engine limit processes; what to write there for an agent's limits is a pure function.
package struct ControlGroups: Sendable, Hashable {
  package enum Controller: String, Sendable, Hashable, CaseIterable {
    case memory, pids, cpu
  }

  package enum Version: Sendable, Hashable {
    /// A hierarchy for each controller, with files of its own names.
    case first
    case second
  }

  /// A directory in which groups can be made.
  package struct Place: Sendable, Hashable {
    package var version: Version
    package var directory: String

    package init(version: Version, directory: String) {
      self.version = version
      self.directory = directory
    }
  }

  package struct Setting: Sendable, Hashable {
    package var file: String
    package var value: String
    /// Whether the limit holds even where the kernel lacks this file.
    package var isOptional = false
  }

  package struct Group: Sendable, Hashable {
    package var directory: String
    package var settings: [Setting]

    package var members: String { "\(directory)/cgroup.procs" }
  }

  package struct Plan: Sendable, Hashable {
    package var groups: [Group] = []
    /// A sentence for each limit that cannot be enforced.
    package var unenforced: [String] = []
  }

  package var places: [Controller: Place]

  package init(places: [Controller: Place]) {
    self.places = places
  }

  /// `jailProcesses` are those of the jail itself, which must not count against the agent.
  package func plan(for limits: AgentSpec.Limits, name: String, jailProcesses: Int) -> Plan {
    var plan = Plan()
    for (controller, value) in Self.wanted(limits, jailProcesses: jailProcesses) {
      guard let place = places[controller] else {
        plan.unenforced.append("\(controller.limitName) limit not enforced: no writable cgroup.")
        continue
      }
      plan.add(
        controller.settings(value, version: place.version), to: "\(place.directory)/\(name)")
    }
    return plan
  }

  private static func wanted(
    _ limits: AgentSpec.Limits, jailProcesses: Int
  ) -> [(controller: Controller, value: Double)] {
    var wanted: [(controller: Controller, value: Double)] = []
    if let memory = limits.memory { wanted.append((.memory, Double(memory))) }
    if let processes = limits.processes { wanted.append((.pids, Double(processes + jailProcesses))) }
    if let cpu = limits.cpu { wanted.append((.cpu, cpu)) }
    return wanted
  }
}

extension ControlGroups.Plan {
  /// One group of version 2 holds all controllers' settings.
  fileprivate mutating func add(_ settings: [ControlGroups.Setting], to directory: String) {
    if let index = groups.firstIndex(where: { $0.directory == directory }) {
      groups[index].settings += settings
    } else {
      groups.append(ControlGroups.Group(directory: directory, settings: settings))
    }
  }
}

extension ControlGroups.Controller {
  package var limitName: String {
    switch self {
    case .memory: "memory"
    case .pids: "process"
    case .cpu: "CPU"
    }
  }

  /// In microseconds; the kernel refuses a share of it below one millisecond.
  private static let period = 100_000.0

  fileprivate func settings(_ value: Double, version: ControlGroups.Version) -> [ControlGroups.Setting] {
    let number = Int64(value)
    let quota = Int64(max(1000, value * Self.period))
    return switch (self, version) {
    // Without its own limit, swap would stand in for the memory that is refused.
    case (.memory, .first):
      [
        .init(file: "memory.limit_in_bytes", value: "\(number)"),
        .init(file: "memory.memsw.limit_in_bytes", value: "\(number)", isOptional: true),
      ]
    case (.memory, .second):
      [.init(file: "memory.max", value: "\(number)"), .init(file: "memory.swap.max", value: "0", isOptional: true)]
    case (.pids, _): [.init(file: "pids.max", value: "\(number)")]
    case (.cpu, .first):
      [
        .init(file: "cpu.cfs_period_us", value: "\(Int64(Self.period))"),
        .init(file: "cpu.cfs_quota_us", value: "\(quota)"),
      ]
    case (.cpu, .second): [.init(file: "cpu.max", value: "\(quota) \(Int64(Self.period))")]
    }
  }

  /// The file that exists in a group if, and only if, the controller works there.
  func limitFile(_ version: ControlGroups.Version) -> String {
    switch (self, version) {
    case (.memory, .first): "memory.limit_in_bytes"
    case (.memory, .second): "memory.max"
    case (.pids, _): "pids.max"
    case (.cpu, .first): "cpu.cfs_quota_us"
    case (.cpu, .second): "cpu.max"
    }
  }
}
