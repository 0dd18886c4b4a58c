import Glibc
package import Testing

/// Real transcripts of many agents and versions, which are no part of the repository: they are looked for where
/// `PADDOCK_CORPORA` says, else beside the checkout.
package enum TranscriptCorpus {
  private static let named = variable("PADDOCK_CORPORA")

  /// `nil` where there are none.
  package static let root: String? = {
    let checkout = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    let path = named ?? "\(checkout)/../shared/corpora"
    return access("\(path)/MANIFEST.tsv", R_OK) == 0 ? path : nil
  }()

  /// Every file of the manifest.
  package static let files: [String] = {
    guard let root, let manifest = text(of: "\(root)/MANIFEST.tsv") else { return [] }
    return manifest.split(separator: "\n").dropFirst().compactMap { row in
      row.split(separator: "\t").first.map { "\(root)/\($0)" }
    }
  }()

  /// The files of lines in one folder of the collection.
  package static func lineFiles(_ format: String) -> [String] {
    guard let root else { return [] }
    return files.filter { $0.hasPrefix("\(root)/\(format)/") && $0.hasSuffix(".jsonl") }
  }

  /// Says aloud that the tests of real transcripts have none: a failure where `PADDOCK_REQUIRE_CORPORA` is set or a
  /// place was named, else a warning.
  package static func reportAbsence(sourceLocation: SourceLocation = #_sourceLocation) {
    guard files.isEmpty else { return }
    let isRequired = named != nil || variable("PADDOCK_REQUIRE_CORPORA") != nil
    Issue.record(
      "There are no real transcripts here, so only our own samples were read. PADDOCK_CORPORA names their folder.",
      severity: isRequired ? .error : .warning, sourceLocation: sourceLocation)
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func text(of path: String) -> String? {
    guard let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
