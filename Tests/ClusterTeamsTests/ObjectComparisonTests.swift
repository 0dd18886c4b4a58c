import ClusterTeams
import ControlModel
import Testing

@Suite struct ObjectComparisonTests {
  private func compare(_ wanted: String, _ found: String) throws -> ObjectComparison {
    ObjectComparison(
      wanted: try #require(JSONValue(parsing: wanted).objectValue),
      found: try #require(JSONValue(parsing: found).objectValue))
  }

  private func fields(_ wanted: String, _ found: String) throws -> [String] {
    try compare(wanted, found).differences.map(\.field)
  }

  @Test func whatOthersPutBesideAnObjectIsNoDifference() throws {
    let wanted = #"{"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"hard":{"pods":"20"}}}"#
    let found = """
      {"metadata":{"name":"a","uid":"u","labels":{"x":"1","theirs":"2"},"annotations":{"theirs":"3"}},
       "spec":{"hard":{"pods":"20","count/configmaps":"9"}},"status":{"hard":{}}}
      """
    #expect(try compare(wanted, found).differences.isEmpty)
  }

  @Test(arguments: [("0.5", "500m"), ("1.5Gi", "1536Mi"), ("1000m", "1"), ("1024Ki", "1Mi"), ("2000k", "2M")])
  func anAmountIsTheSameHoweverTheServerWritesIt(_ wanted: String, _ found: String) throws {
    #expect(
      try fields(#"{"spec":{"hard":{"a":"\#(wanted)"}}}"#, #"{"spec":{"hard":{"a":"\#(found)"}}}"#).isEmpty)
  }

  @Test(arguments: [("1", "1k"), ("1G", "1Gi"), ("10", "100"), ("8", "eight"), ("", "1")])
  func anotherAmountIsADifference(_ wanted: String, _ found: String) throws {
    #expect(
      try fields(#"{"spec":{"hard":{"a":"\#(wanted)"}}}"#, #"{"spec":{"hard":{"a":"\#(found)"}}}"#) == ["spec.hard.a"])
  }

  @Test func absentAndEmptyAreTheSame() throws {
    #expect(try fields(#"{"spec":{"podSelector":{},"list":[]}}"#, #"{"spec":{}}"#).isEmpty)
    #expect(try fields(#"{"spec":{}}"#, #"{"spec":{"podSelector":{},"list":[]}}"#).isEmpty)
    #expect(try fields(#"{"spec":{"egress":[{}]}}"#, #"{"spec":{}}"#) == ["spec.egress"])
  }

  @Test func oneFieldMoreWithinASpecIsADifferenceAndIsTakenAway() throws {
    let comparison = try compare(
      #"{"spec":{"podSelector":{},"policyTypes":["Ingress"]}}"#,
      #"{"spec":{"podSelector":{"matchLabels":{"a":"b"}},"policyTypes":["Ingress"],"ingress":[{}]}}"#)
    #expect(comparison.differences.map(\.field) == ["spec.podSelector.matchLabels", "spec.ingress"])
    #expect(comparison.differences.allSatisfy { $0.wanted == nil })
    #expect(comparison.removal == ["spec": ["podSelector": ["matchLabels": nil], "ingress": nil]])
  }

  @Test func oneElementMoreInAListIsADifference() throws {
    let comparison = try compare(#"{"rules":[{"verbs":["get"]}]}"#, #"{"rules":[{"verbs":["get","delete"]}]}"#)
    #expect(comparison.differences.map(\.field) == ["rules"])
    #expect(comparison.removal.members.isEmpty)
  }

  @Test func anEarlierManifestIsADifferenceWhereNoFieldShowsIt() throws {
    let wanted = #"{"metadata":{"annotations":{"paddock.dev/manifest":"b"}},"spec":{"hard":{"pods":"1"}}}"#
    func found(_ pods: Int) -> String {
      #"{"metadata":{"annotations":{"paddock.dev/manifest":"a"}},"spec":{"hard":{"pods":"\#(pods)","cpu":"2"}}}"#
    }
    #expect(try fields(wanted, found(1)) == ["metadata.annotations.paddock.dev/manifest"])
    #expect(try fields(wanted, found(2)) == ["spec.hard.pods"])
  }
}
