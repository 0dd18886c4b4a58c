import ClusterInstallation
import ControlModel
import Testing

@Suite struct ManifestTextTests {
  @Test func objectsAreBlocksAndListsOfWordsAreLines() {
    let text = ManifestText.yaml([
      [
        "kind": "Role",
        "spec": ["verbs": ["get", "list"], "rules": [["a": 1, "b": ["c": [:]]], ["d": []]], "e": nil],
      ],
      ["kind": "Other"],
    ])
    #expect(
      text == """
        kind: Role
        spec:
          verbs: [get, list]
          rules:
          - a: 1
            b:
              c: {}
          - d: []
          e: null
        ---
        kind: Other

        """)
  }

  @Test(arguments: ["true", "No", "~", "1", "1.5", "-a", "", "a: b", "a #b", "0x1f", "null", "[a]", "a\nb", "é", "y"])
  func aTextThatAReaderCouldTakeForSomethingElseIsQuoted(_ text: String) {
    #expect(ManifestText.yaml([["a": .string(text)]]) == "a: \(JSONValue.string(text).text)\n")
  }

  @Test(arguments: ["paddock", "paddock.dev/team", "v1", "/healthz", "RuntimeDefault", "a-b_c"])
  func plainWordsStandPlain(_ text: String) {
    #expect(ManifestText.yaml([[text: .string(text)]]) == "\(text): \(text)\n")
  }
}
