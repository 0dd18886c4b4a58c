import ClusterSupport
import Foundation
import PaddockProgram
import Testing

/// How often each thing was asked of an API server: `verb resource`.
struct RequestCount: Sendable, Hashable {
  var counts: [String: Int] = [:]

  init(_ requests: [ServerAudit.Request]) {
    for request in requests { counts[request.what, default: 0] += 1 }
  }

  /// What each of them asked for: without what there happened to be meanwhile, and without what was tried twice.
  init(leastOf all: [RequestCount]) {
    for name in Set(all.flatMap(\.counts.keys)) {
      let least = all.map { $0.counts[name] ?? 0 }.min() ?? 0
      if least > 0 { counts[name] = least }
    }
  }
}

extension ServerAudit.Request {
  var what: String { "\(verb) \(resource)" }
}

/// The table of docs/kubernetes.md.
struct WrittenRequests: Sendable {
  struct Row: Sendable {
    var cold: Int
    var warm: Int
    var minute: Double
  }

  /// What comes for a while after a start, not with it.
  static let aftermath = "list events"
  /// Comes half a minute after a start, and so with whatever is started then.
  static let hold = "create poddisruptionbudgets.policy"

  private(set) var rows: [String: Row] = [:]

  init() throws {
    let document = try String(contentsOfFile: PaddockInstallation.checkout + "/docs/kubernetes.md", encoding: .utf8)
    let section = try #require(document.components(separatedBy: "\n## What a core asks of the API server\n").last)
    for line in section.components(separatedBy: "\n## ")[0].split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 5, "\(line)")
      rows[cells[0].trimmingCharacters(in: ["`"])] = Row(
        cold: try #require(Int(cells[1])), warm: try #require(Int(cells[2])), minute: try #require(Double(cells[3])))
    }
    try #require(rows.count > 10)
  }

  func start(_ number: KeyPath<Row, Int>) -> [String: Int] {
    rows.mapValues { $0[keyPath: number] }.filter { $0.value > 0 && $0.key != Self.aftermath }
  }
}
