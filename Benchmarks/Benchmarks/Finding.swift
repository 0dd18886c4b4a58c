/// One line of the table.
struct Finding: Sendable {
  var what: String
  var measured: String
  /// What it is compared with, measured in the same run.
  var peer: String
  var ratio: String
  var goal: String

  init(_ what: String, _ measured: String, peer: String = "", ratio: String = "", goal: String = "") {
    (self.what, self.measured, self.peer, self.ratio, self.goal) = (what, measured, peer, ratio, goal)
  }

  static func table(_ findings: [Finding]) -> String {
    let head = Finding("what", "measured", peer: "peer or floor", ratio: "ratio", goal: "goal")
    let rows = ([head] + findings).map { [$0.what, $0.measured, $0.peer, $0.ratio, $0.goal] }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
    }
    lines.insert("|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|", at: 1)
    return lines.joined(separator: "\n")
  }
}

/// Numbers as people read them.
enum Figure {
  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    return milliseconds < 1000 ? "\(fixed(milliseconds, 1)) ms" : "\(fixed(milliseconds / 1000, 1)) s"
  }

  static func rate(_ count: Int, in duration: Duration, of what: String = "events") -> String {
    "\(Int(Double(count) / (duration / .seconds(1)))) \(what)/s"
  }

  static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded())) %" }

  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }
}

extension [Duration] {
  /// The smallest value that this part of all does not exceed; of nothing, zero.
  func percentile(_ part: Double) -> Duration {
    let ordered = sorted()
    guard let last = ordered.last else { return .zero }
    let index = Int((part * Double(count)).rounded(.up)) - 1
    return index < count ? ordered[Swift.max(0, index)] : last
  }
}

/// How long something took.
func time<Value>(_ body: () async throws -> Value) async rethrows -> (Value, Duration) {
  let began = ContinuousClock.now
  let value = try await body()
  return (value, ContinuousClock.now - began)
}
