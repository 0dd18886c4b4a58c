import Foundation
import Testing

/// What the types of quantities forbid, shown by the compiler: each line that adds up what came from outside must be an
/// error, and the lines of the sample beside it must not be.
@Suite struct QuantityTypeTests {
  private static let allowed = [
    "func a(_ t: TokenCount) -> TokenCount { t + 1 - 2 }",
    "func b(_ t: TokenCount) -> Bool { t > 5 && t + t >= .zero }",
    "func c(_ u: TokenUsage) -> TokenCount { (u + u).total }",
    "func d(_ d: USD) -> USD { d + USD(dollars: 0.5) }",
    "func e(_ t: TokenCount) -> JSONValue { t.stored }",
    "func f(_ t: Timestamp) -> Timestamp { t.advanced(bySeconds: 1e300) }",
    "func g(_ p: inout SessionProjection) { p.turns += 1 }",
  ]

  private static let forbidden = [
    "func a(_ t: TokenCount) -> Int64 { t }",
    "func b(_ t: TokenCount) -> Int64 { t.steps }",
    "func c(_ t: TokenCount) -> Int64 { Int64(t) }",
    "func d(_ t: TokenCount, _ n: Int64) -> TokenCount { t + n }",
    "func e(_ t: TokenCount) -> TokenCount { t * t }",
    "func f(_ t: TokenCount) -> TokenCount { t &+ t }",
    "func g(_ t: TokenCount, _ d: USD) -> USD { t + d }",
    "func h(_ t: TokenCount) -> JSONValue { t.stored + t.stored }",
    "func i(_ u: TokenUsage) -> Int64 { u.total + Int64(1) }",
    "func j(_ d: USD) -> Int64 { d.micros + 1 }",
    "func k(_ n: Int64) -> TokenUsage { TokenUsage(input: n) }",
    "func l(_ m: Milliseconds) -> Int64 { m / 1000 }",
    "func m(_ p: inout SessionProjection, _ n: Int64) { p.turns += n }",
    "func n(_ t: inout Timestamp) { t.microseconds += 1 }",
    "func o(_ l: AgentSpec.Limits) -> Int64? { l.memory.map { $0 * 2 } }",
    "func p(_ l: AgentSpec.Limits) -> Double { (l.cpu ?? 1) * 100_000.0 }",
    "func q(_ u: Usage) -> Int { Int(u.tokens) }",
    "func r(_ e: EventDraft) -> Int64 { (e.duration ?? 0) + Int64(1) }",
  ]

  @Test func whatMayBeDoneCompiles() throws {
    #expect(try errors(in: Self.allowed) == [])
  }

  @Test func whatMayNotBeDoneDoesNot() throws {
    let lines = Set(try errors(in: Self.forbidden).map(\.line))
    for (index, snippet) in Self.forbidden.enumerated() { #expect(lines.contains(index + 1), "\(snippet)") }
  }

  private struct CompilerError: Equatable {
    var line: Int
    var text: String
  }

  /// Together with the sources of the module, so that nothing depends on how this test was built.
  private func errors(in lines: [String]) throws -> [CompilerError] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "quantities-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let snippet = folder.appending(path: "Snippet.swift")
    try lines.joined(separator: "\n").write(to: snippet, atomically: true, encoding: .utf8)
    let output = folder.appending(path: "output")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments =
      ["swiftc", "-typecheck", "-swift-version", "6", "-package-name", "paddock", "-parse-as-library"]
      + ["-enable-upcoming-feature", "MemberImportVisibility"] + (try Self.sources()) + [snippet.path]
    compiler.standardError = try FileHandle(forWritingTo: output)
    compiler.standardOutput = FileHandle.nullDevice
    try compiler.run()
    compiler.waitUntilExit()
    let said = try String(contentsOf: output, encoding: .utf8)
    let errors = said.split(separator: "\n").compactMap { Self.error(in: $0) }
    try #require((compiler.terminationStatus == 0) == errors.isEmpty, "\(said)")
    return errors
  }

  private static func error(in line: Substring) -> CompilerError? {
    guard let match = line.wholeMatch(of: #/.*Snippet\.swift:(\d+):\d+: error: (.*)/#), let number = Int(match.1)
    else { return nil }
    return CompilerError(line: number, text: String(match.2))
  }

  private static func sources() throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Sources/Control/ControlModel")
    let files = FileManager.default.enumerator(at: root.standardized, includingPropertiesForKeys: nil)
    let paths = (files?.compactMap { $0 as? URL } ?? []).map(\.path).filter { $0.hasSuffix(".swift") }
    try #require(paths.count > 20)
    return paths.sorted()
  }
}
