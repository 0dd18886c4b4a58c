package import ControlModel

/// Where this machine lets the engine limit processes; what to write there for an agent's limits is a pure function.
package struct ControlGroups: Sendable, Hashable {
  package enum Controller: String, Sendable, Hashable, CaseIterable {
    case memory, pids, cpu
    /// Sets no limit: lets an agent rest.
    case freezer
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
    /// Counts the processes that the kernel killed for their memory.
    package var memoryEvents: String?
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
    for (controller, settings) in Self.wanted(limits, jailProcesses: jailProcesses) {
      guard let place = places[controller] else {
        plan.unenforced.append("\(controller.limitName) limit not enforced: no writable cgroup.")
        continue
      }
      plan.add(settings(place.version), to: "\(place.directory)/\(name)")
      guard controller == .memory else { continue }
      let file = place.version == .first ? "memory.oom_control" : "memory.events"
      plan.memoryEvents = "\(place.directory)/\(name)/\(file)"
    }
    if let place = places[.freezer] { plan.add([], to: "\(place.directory)/\(name)") }
    return plan
  }

  private static func wanted(
    _ limits: AgentSpec.Limits, jailProcesses: Int
  ) -> [(controller: Controller, settings: (Version) -> [Setting])] {
    var wanted: [(controller: Controller, settings: (Version) -> [Setting])] = []
    if let memory = limits.memory { wanted.append((.memory, { Controller.settings(memory, $0) })) }
    if let processes = limits.processes {
      let all = processes + ProcessCount(steps: jailProcesses)
      wanted.append((.pids, { _ in [Setting(file: "pids.max", value: "\(all)")] }))
    }
    if let cpu = limits.cpu { wanted.append((.cpu, { Controller.settings(cpu, $0) })) }
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
    case .freezer: "freezer"
    }
  }

  fileprivate static func settings(
    _ memory: ByteSize, _ version: ControlGroups.Version
  ) -> [ControlGroups.Setting] {
    switch version {
    // Without its own limit, swap would stand in for the memory that is refused.
    case .first:
      [
        .init(file: "memory.limit_in_bytes", value: "\(memory)"),
        .init(file: "memory.memsw.limit_in_bytes", value: "\(memory)", isOptional: true),
      ]
    case .second:
      [.init(file: "memory.max", value: "\(memory)"), .init(file: "memory.swap.max", value: "0", isOptional: true)]
    }
  }

  /// Microseconds of each tenth of a second; the kernel refuses a share of it below one millisecond.
  fileprivate static func settings(
    _ cpu: ProcessorCount, _ version: ControlGroups.Version
  ) -> [ControlGroups.Setting] {
    let quota = cpu.written { thousandths in "\(max(10, thousandths) * 100)" }
    return switch version {
    case .first:
      [.init(file: "cpu.cfs_period_us", value: "100000"), .init(file: "cpu.cfs_quota_us", value: quota)]
    case .second: [.init(file: "cpu.max", value: "\(quota) 100000")]
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
    case (.freezer, .first): "freezer.state"
    case (.freezer, .second): "cgroup.freeze"
    }
  }
}
