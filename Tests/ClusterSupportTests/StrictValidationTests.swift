import Foundation
import PaddockProgram
import Testing

/// That the check of everything that is written can fail, and tells what it does not know.
@Suite struct StrictValidationTests {
  private static let definition = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: { name: gadgets.test.agents.x-k8s.io }
    spec:
      group: test.agents.x-k8s.io
      names: { kind: Gadget, plural: gadgets }
      versions:
      - name: v1
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                required: [size, colour]
                x-kubernetes-validations:
                - { rule: "self.size >= oldSelf.size", message: it never shrinks }
                - { rule: "self.__namespace__ != 'kube' && self.day__dash__end > timestamp('2020-01-01T00:00:00Z')" }
                properties:
                  size: { type: integer, minimum: 1 }
                  colour: { type: string, default: red, enum: [red, blue] }
                  namespace: { type: string, default: mine }
                  day-end: { type: string, format: date-time, default: "2030-01-01T00:00:00Z" }
                  amount: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                  open: { type: object, x-kubernetes-preserve-unknown-fields: true }
                  labels: { type: object, additionalProperties: { type: string } }
                  hint: { type: string, nullable: true }
                  parts:
                    type: array
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [name]
                    items:
                      type: object
                      required: [name]
                      x-kubernetes-validations:
                      - { rule: "self.price <= oldSelf.price", message: no part gets dearer, fieldPath: .price }
                      properties: { name: { type: string }, price: { type: integer } }
                  odd:
                    type: string
                    x-kubernetes-validations: [{ rule: "isURL(self)" }]
    """

  private func run(_ input: String) async throws -> ProgramRun {
    let folder = FileManager.default.temporaryDirectory.appending(path: "definitions-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.definition.write(to: folder.appending(path: "gadgets.yaml"), atomically: true, encoding: .utf8)
    let script = PaddockInstallation.checkout + "/Tests/Support/strict-validation"
    return try await Program.run([script, "--crds", folder.path], input: input)
  }

  private static func gadget(_ spec: String) -> String {
    #"{"apiVersion":"test.agents.x-k8s.io/v1","kind":"Gadget","metadata":{"name":"g","namespace":"n"},"spec":\#(spec)}"#
  }

  private static func change(_ old: String, to new: String) -> String {
    #"{"object":\#(gadget(new)),"old":\#(gadget(old))}"#
  }

  private static let fine = [
    gadget(#"{"size":1}"#), gadget(#"{"size":1,"amount":"1Gi","hint":null,"open":{"a":{"b":1}},"labels":{"a":"b"}}"#),
    gadget(#"{"size":1,"amount":3,"colour":null,"parts":[{"name":"a"},{"name":"b"}]}"#),
    change(#"{"size":1}"#, to: #"{"size":2,"parts":[{"name":"a","price":9}]}"#),
    change(
      #"{"size":1,"parts":[{"name":"b","price":1},{"name":"a","price":5}]}"#,
      to: #"{"size":1,"parts":[{"name":"a","price":5}]}"#),
    #"{"patch":{"spec":{"hint":null,"size":7}},"old":\#(gadget(#"{"size":1,"hint":"a"}"#))}"#,
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {at: '2026-01-01T00:00:00Z'}}\n",
  ]

  @Test func whatIsRightHasNoFault() async throws {
    let run = try await run(Self.fine.joined(separator: "\n---\n"))
    #expect(run.status == 0 && run.lines.count == Self.fine.count, "\(run)")
  }

  private static let refused: [(String, String)] = [
    (gadget(#"{"size":1,"sise":2}"#), #""spec.sise", "message": "unknown field""#),
    (gadget(#"{"size":0}"#), #""spec.size""#), (gadget(#"{"size":"1"}"#), #""spec.size""#),
    (gadget("{}"), "'size' is a required property"), (gadget(#"{"size":1,"colour":"green"}"#), #""spec.colour""#),
    (gadget(#"{"size":null}"#), #""spec.size""#), (gadget(#"{"size":1,"amount":true}"#), #""spec.amount""#),
    (gadget(#"{"size":1,"labels":{"a":1}}"#), #""spec.labels.a""#),
    (gadget(#"{"size":1,"size":2}"#), "the field 'size' stands there twice"),
    (gadget(#"{"size":1,"parts":[{"name":"a"},{"name":"a"}]}"#), #""spec.parts[1]", "message": "duplicate value""#),
    (gadget(#"{"size":1,"namespace":"kube"}"#), "failed rule: self.__namespace__"),
    (gadget(#"{"size":1,"day-end":"2010-01-01T00:00:00Z"}"#), "failed rule: self.__namespace__"),
    (gadget(#"{"size":1,"day-end":"soon"}"#), #""spec.day-end""#),
    (gadget(#"{"size":1,"odd":"x"}"#), "cannot be evaluated"),
    (change(#"{"size":2}"#, to: #"{"size":1}"#), "it never shrinks"),
    (
      change(
        #"{"size":1,"parts":[{"name":"b","price":1},{"name":"a","price":5}]}"#,
        to: #"{"size":1,"parts":[{"name":"a","price":6}]}"#),
      #""spec.parts[0].price", "message": "no part gets dearer""#
    ),
    (#"{"patch":{"spec":{"size":1}},"old":\#(gadget(#"{"size":2}"#))}"#, "it never shrinks"),
    (gadget(#"{"size":1}"#).replacingOccurrences(of: #""name":"g""#, with: #""nam":"g""#), #""metadata.nam""#),
    (gadget(#"{"size":1}"#).replacingOccurrences(of: "Gadget", with: "Gizmo"), "there is no kind"),
    (#"{"apiVersion":"v1","kind":"Gadget","metadata":{"name":"g"}}"#, "there is no kind"),
    (#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"g"},"data":{"a":"not base64"}}"#, #""data.a""#),
    (
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"g"},"spec":{"resources":{},"containers":[{"name":"c"}]}}"#,
      "unknown field (Kubernetes 1.30)"
    ),
  ]

  @Test func eachFaultIsNamed() async throws {
    let run = try await run(Self.refused.map(\.0).joined(separator: "\n---\n"))
    #expect(run.status == 1 && run.lines.count == Self.refused.count, "\(run.errors)")
    for (line, (question, words)) in zip(run.lines, Self.refused) {
      #expect(line.contains(words), "\(question)")
    }
  }

  @Test(arguments: ["", "---\n---\n", "[1]", "{}", "a: [", #"{"patch":null,"old":{}}"#])
  func whatIsNoQuestionHasNoVerdict(_ input: String) async throws {
    #expect(try await run(input).status == 2)
  }

  @Test func withoutDefinitionsThereIsNoVerdictOnTheirKinds() async throws {
    let script = PaddockInstallation.checkout + "/Tests/Support/strict-validation"
    let run = try await Program.run([script, "--crds", "/nowhere"], input: Self.gadget(#"{"size":1}"#))
    #expect(run.status == 2 && run.errors.contains("There are no CustomResourceDefinitions"))
  }
}
