import ControlModel
import Foundation
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import RunnerProtocol
import SeededNumbers
import Testing

/// Whatever of a declaration is taken in: what comes of it is such as a server takes.
@Suite struct StrictDeclarationTests {
  @Test func everyDeclarationThatIsTakenInGivesFlawlessObjects() async throws {
    var declarations = OddDeclarations(random: SeededNumbers(SeededNumbers.seed(of: "StrictDeclarationTests")))
    let specs = (0..<4_000).compactMap { _ in try? AgentSpec(declared: DeclaredValue(declarations.next())) }.prefix(100)
    #expect(specs.count == 100)
    let objects = try specs.flatMap { spec -> [JSONValue] in
      let manifest = SandboxManifest(request: try ManifestTests.request(spec), settings: ManifestTests.settings)
      let pool = WarmPoolManifest(agent: manifest.request.agent, settings: manifest.settings)
      return [
        .object(manifest.object.json), .object(RunnerSecret(manifest: manifest, token: "t").object.json),
        .object(pool.template(HandoverKey("k")).json),
      ]
    }
    try await StrictValidation.expectNoFault(in: objects)
  }
}

/// What people and programs write, right and wrong.
private struct OddDeclarations {
  var random: SeededNumbers

  private mutating func any<Element>(of elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }

  private static let words: [JSONValue] = [
    "a", "gpu", "example.com/gpu", "A_b", "a b", "", "ä", "true", true, 1, .number("0.5"), .null, [], ["a"], ["a": "b"],
    "Exists", "Equal", "NoExecute", "NoSchedule", .string(String(repeating: "x", count: 64)),
  ]
  private static let amounts: [JSONValue] = [
    1, 2, .number("0.5"), .number("0.001"), "0.3333333", "500m", "1m", "1e3", "16Mi", "1.5Gi", "2Ti", "7Ei", "16777217",
    "1k", "-1", 0, "x",
    9_007_199_254_740_993,
  ]

  private mutating func mostly(_ right: JSONValue...) -> JSONValue {
    any(of: any(of: [right, right, right, right, right, right, right, Self.words]))
  }

  private mutating func amount(_ right: JSONValue...) -> JSONValue {
    any(of: any(of: [right, right, right, right, Self.amounts]))
  }

  private mutating func object(_ names: [String], _ value: (inout Self, String) -> JSONValue) -> JSONValue {
    var object = JSONObject()
    for name in names where any(of: [true, false]) { object[name] = value(&self, name) }
    return .object(object)
  }

  mutating func next() -> JSONValue {
    var spec: JSONObject = ["runtime": "exec", "command": ["work"], "network": any(of: ["none", "host"])]
    if any(of: [true, false]) { spec["image"] = mostly("registry.example/a:1", "a") }
    spec["limits"] = object(["cpu", "memory", "processes", "disk"]) { random, name in
      name == "cpu" ? random.amount(1, "500m", .number("0.001")) : random.amount("1.5Gi", 16_777_217, "2Ti")
    }
    spec["volume"] = object(["size", "storageClassName"]) { random, name in
      name == "size" ? random.amount("1Gi", "1e9", "1.5G") : random.mostly("fast", "a.b")
    }
    spec["env"] = object(["KEY", "a", "B_C"]) { random, _ in random.mostly("a", true, "") }
    spec["pod"] = object(
      ["runtimeClassName", "nodeSelector", "tolerations", "imagePullSecrets", "readOnlyRootFilesystem"]
    ) { random, name in
      switch name {
      case "nodeSelector": random.object(["disk", "example.com/a"]) { random, _ in random.mostly("A_b", true, 1) }
      case "imagePullSecrets": [random.mostly("a", "b"), random.mostly("a", "b")]
      case "readOnlyRootFilesystem": random.any(of: [true, false])
      case "tolerations": [random.toleration(), random.toleration()]
      default: random.mostly("gvisor", "a.b")
      }
    }
    spec["warmPool"] = ["size": any(of: [0, 1, 3])]
    return .object(spec)
  }

  private mutating func toleration() -> JSONValue {
    object(["key", "operator", "value", "effect", "tolerationSeconds"]) { random, name in
      switch name {
      case "operator": random.mostly("Exists", "Equal", "Lt")
      case "effect": random.mostly("NoExecute", "NoSchedule")
      case "tolerationSeconds": random.amount(30, "30", -1)
      default: random.mostly("gpu", 1, "A_b")
      }
    }
  }
}
