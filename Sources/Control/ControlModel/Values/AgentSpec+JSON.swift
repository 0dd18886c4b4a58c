extension AgentSpec {
  /// With the names of the YAML form; members that say nothing are left out. Bytes and seconds stand as numbers.
  package var json: JSONObject {
    var object: JSONObject = ["runtime": .string(runtime.rawValue)]
    if !command.isEmpty { object["command"] = .array(command.map(JSONValue.string)) }
    object["prompt"] = prompt.map(JSONValue.string)
    if let workspace {
      var source: JSONObject = ["repository": .string(workspace.repository)]
      source["branch"] = workspace.branch.map(JSONValue.string)
      object["workspace"] = .object(source)
    }
    if !env.isEmpty {
      let members = env.sorted { $0.key < $1.key }.map { JSONObject.Member(name: $0.key, value: .string($0.value)) }
      object["env"] = .object(JSONObject(members: members))
    }
    object["network"] = .string(network.rawValue)
    object["permissions"] = .string(permissions.rawValue)
    if !limits.json.members.isEmpty { object["limits"] = .object(limits.json) }
    pod.write(to: &object)
    return object
  }

  /// Reads the form above, as it is stored and sent; of numbers that are out of their bounds the nearest within them.
  package init(json: JSONObject) throws(ControlFailure) {
    try self.init(SpecReader(DeclaredValue(.object(json)).members ?? [], path: "spec", isStored: true))
  }

  /// Reads the YAML form: quantities may be texts such as `1Gi`, `500m`, `30m`. A member that is unknown, of the wrong
  /// type or out of bounds is named in the failure by its path, such as `spec.limits.memory`, and its line.
  package init(declared value: DeclaredValue) throws(ControlFailure) {
    guard let members = value.members else { throw ControlFailure(.invalidArgument, "'spec' must be a map.") }
    try self.init(SpecReader(members, path: "spec", isStored: false))
  }

  /// A jail with a shell in it takes some 5 MiB; below this nothing starts, and the kernel would only say SIGKILL.
  package static let leastMemory: ByteSize = 16_777_216
  /// A working tree with its first commit.
  package static let leastDisk: ByteSize = 1_048_576

  private init(_ reader: SpecReader) throws(ControlFailure) {
    var reader = reader
    guard let runtime: RuntimeName = try reader.word("runtime") else { throw reader.missing("runtime") }
    guard runtime.isDeclarable else {
      let names = RuntimeName.allCases.filter(\.isDeclarable).map(\.rawValue).joined(separator: ", ")
      throw ControlFailure(
        .invalidArgument, "'spec.runtime' is '\(runtime.rawValue)', which is known by imported history only.",
        hint: "Use one of \(names).")
    }
    self.init(runtime: runtime)
    command = try reader.strings("command") ?? []
    prompt = try reader.string("prompt")
    if var source = try reader.object("workspace") {
      guard let repository = try source.string("repository") else { throw source.missing("repository") }
      workspace = Workspace(repository: repository, branch: try source.string("branch"))
      try source.finish()
    }
    env = try reader.stringMap("env") ?? [:]
    network = try reader.word("network") ?? .none
    permissions = try reader.word("permissions") ?? .ask
    if var limits = try reader.object("limits") {
      self.limits = Limits(
        cpu: try limits.processors("cpu"), memory: try limits.bytes("memory", atLeast: Self.leastMemory),
        processes: try limits.whole("processes", "a whole number of processes such as 200"),
        disk: try limits.bytes("disk", atLeast: Self.leastDisk), budget: try limits.dollars("budgetUSD"),
        idleTimeout: try limits.duration("idleTimeout"), journal: try JournalBounds(&limits))
      try limits.finish()
    }
    pod = try Pod(&reader)
    try reader.finish()
    if !reader.isStored { try reader.check(declarationProblem) }
  }
}

extension AgentSpec.Limits {
  package var json: JSONObject {
    var object = JSONObject()
    object["cpu"] = cpu.map { JSONValue($0.processors) }
    object["memory"] = memory.map(\.stored)
    object["processes"] = processes.map(\.stored)
    object["disk"] = disk.map(\.stored)
    object["budgetUSD"] = budget.map { JSONValue($0.dollars) }
    object["idleTimeout"] = idleTimeout.map { JSONValue($0) }
    object["journal"] = journal.map { .object($0.json) }
    return object
  }
}
