import ControlModel
import Testing

/// What a cluster would drop without a word, or fail over after it has taken it in, is refused where it is declared.
@Suite struct PodDeclarationTests {
  private func spec(pod: String) throws -> AgentSpec {
    let json = try JSONValue(parsing: #"{"runtime":"exec","command":["work"],"pod":\#(pod)}"#)
    return try AgentSpec(declared: DeclaredValue(json))
  }

  @Test(arguments: [
    (#"{"keyy":"gpu","operator":"Exists"}"#, "'spec.pod.tolerations[1].keyy' is not a known field."),
    (#"{"key":"gpu","operator":"Is"}"#, "'spec.pod.tolerations[1].operator' must be one of Exists, Equal, Lt, Gt"),
    (#"{"key":"gpu","effect":"Never"}"#, "must be one of NoSchedule, PreferNoSchedule, NoExecute, not 'Never'."),
    (#"{"key":["gpu"]}"#, "'spec.pod.tolerations[1].key' must be a text."),
    (#"{"value":"gpu"}"#, "'spec.pod.tolerations[1].key' is missing."),
    (#"{"key":"gpu","operator":"Exists","value":"a"}"#, "must be left out beside the operator Exists"),
    (#"{"key":"gpu","effect":"NoExecute","tolerationSeconds":1.5}"#, "must be a whole number of seconds"),
    (#"{"key":"gpu","effect":"NoExecute","tolerationSeconds":9223372036854775808}"#, "must be a whole number"),
    (#"{"key":"gpu","tolerationSeconds":30}"#, "must be left out unless the effect is NoExecute"),
  ])
  func aTolerationThatNoPodCanHaveIsRefused(_ toleration: String, _ words: String) throws {
    let pod = #"{"tolerations":[{"operator":"Exists"},\#(toleration)]}"#
    let failure = try #require(throws: ControlFailure.self) { try spec(pod: pod) }
    #expect(failure.code == .invalidArgument && failure.summary.contains(words), "\(failure.summary)")
  }

  @Test(arguments: [
    (#"{"runtimeClassName":"gVisor"}"#, "'spec.pod.runtimeClassName' must be a name of lower-case letters"),
    (#"{"runtimeClassName":""}"#, "'spec.pod.runtimeClassName' must be a name"),
    (#"{"nodeSelector":{"a b":"c"}}"#, "'spec.pod.nodeSelector' must be a map with the names of labels"),
    (#"{"nodeSelector":{"Example.com/disk":"c"}}"#, "must be a map with the names of labels"),
    (#"{"nodeSelector":{"disk":"-ssd"}}"#, "'spec.pod.nodeSelector.disk' must be a label's value"),
    (#"{"imagePullSecrets":["a","a_b"]}"#, "'spec.pod.imagePullSecrets[1]' must be a name"),
    (#"{"tolerations":[{"key":"a b","operator":"Exists"}]}"#, "'spec.pod.tolerations[0].key' must be one of the names"),
    (#"{"tolerations":[{"key":"a","value":"b c"}]}"#, "'spec.pod.tolerations[0].value' must be a label's value"),
  ])
  func aWordThatNoPodCanHaveIsRefused(_ pod: String, _ words: String) throws {
    let failure = try #require(throws: ControlFailure.self) { try spec(pod: pod) }
    #expect(failure.code == .invalidArgument && failure.summary.contains(words), "\(failure.summary)")
  }

  @Test(arguments: ["", " ", "a b", "a\u{1B}b", "a\nb"]) func anImageIsAReference(_ image: String) throws {
    let json: JSONValue = ["runtime": "exec", "command": ["work"], "image": .string(image)]
    let failure = try #require(throws: ControlFailure.self) { try AgentSpec(declared: DeclaredValue(json)) }
    #expect(failure.summary.hasPrefix("'spec.image' must be an image such as"), "\(failure.summary)")
    #expect(try AgentSpec(json: try #require(json.objectValue)).pod.image == image)
  }

  @Test func wordsThatKubernetesTakesAreTakenIn() throws {
    let longest = String(repeating: "x", count: 63)
    let pod = try spec(
      pod: #"""
        {"runtimeClassName":"a.b-1","imagePullSecrets":["pull.example"],
         "nodeSelector":{"kubernetes.io/arch":"amd64","A_b.c":"","\#(longest)":"\#(longest)","n":1}}
        """#
    ).pod
    #expect(pod.nodeSelector == ["kubernetes.io/arch": "amd64", "A_b.c": "", longest: longest, "n": "1"])
    #expect(pod.runtimeClassName == "a.b-1" && pod.imagePullSecrets == ["pull.example"])
  }

  /// To YAML `true` is no text, and to an API server nothing else is.
  @Test func membersOfATolerationAreTextsWhateverTheyLookLike() throws {
    let declared = #"{"key":"dedicated","operator":"Equal","value":true,"effect":"NoExecute","tolerationSeconds":"30"}"#
    let pod = try spec(pod: #"{"tolerations":[\#(declared)]}"#).pod
    #expect(
      pod.tolerations == [
        [
          "key": "dedicated", "operator": "Equal", "value": "true", "effect": "NoExecute", "tolerationSeconds": 30,
        ]
      ])
  }

  @Test func whatAFormerVersionTookInStaysReadable() throws {
    let json = try JSONValue(
      parsing: #"{"runtime":"exec","command":["a"],"pod":{"tolerations":[{"keyy":"gpu","tolerationSeconds":"x"}]}}"#)
    let spec = try AgentSpec(json: try #require(json.objectValue))
    #expect(spec.pod.tolerations == [["keyy": "gpu", "tolerationSeconds": "x"]])
  }

  @Test func aPullSecretCountsOnce() throws {
    #expect(try spec(pod: #"{"imagePullSecrets":["b","a","b"]}"#).pod.imagePullSecrets == ["b", "a"])
  }
}
