import ControlModel
import Glibc
import TranscriptImport

/// Transcripts read into events that nobody keeps, against their files read by `cat`.
enum Parsing {
  static func run(_ corpus: String) async throws -> Finding {
    // Once before, so that neither waits for the disk.
    let (_, floor) = try await time { try await cat(corpus) }
    let (_, warm) = try await time { try await cat(corpus) }
    let size = try await bytes(of: corpus)
    let importer = TranscriptImporter(store: Forgetting(), team: try ResourceName("bench"), actor: "bench")
    let (report, taken) = try await time { try await importer.importPaths([corpus]) }
    return Finding(
      "parse \(report.events) events, \(size >> 20) MB of transcripts",
      "\(rate(size, taken)), \(Figure.rate(report.events, in: taken))",
      peer: "cat: \(rate(size, min(floor, warm)))", ratio: Figure.percent(min(floor, warm) / taken), goal: "≥ 50 MB/s")
  }

  static func rate(_ bytes: Int, _ duration: Duration) -> String {
    "\(Figure.fixed(Double(bytes) / 1_048_576 / (duration / .seconds(1)), 1)) MB/s"
  }

  /// Of the files, without what their folders take.
  static func bytes(of corpus: String) async throws -> Int {
    let listing = try await ProgramOutput.of(["/usr/bin/find", corpus, "-type", "f", "-printf", "%s\\n"])
    return listing.text.split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
  }

  private static func cat(_ corpus: String) async throws {
    let script = #"find "$1" -type f -exec cat {} + > /dev/null"#
    let outcome = try await ProgramOutput.of(["/bin/sh", "-c", script, "sh", corpus])
    guard outcome.status == 0 else { throw BenchmarkFailure("\(corpus) cannot be read: \(outcome.text)") }
  }
}

private struct Forgetting: TranscriptStore {
  private let session = SessionID.make(at: .now())

  func beginImport(
    of source: String, into team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperationID {
    OperationID.make(at: .now())
  }

  func importTranscript(
    _ transcript: ImportedTranscript, events: [ImportedEvent]
  ) async throws(ControlFailure) -> ImportCount {
    ImportCount(session: session, isNewSession: false, added: events.count, duplicates: 0)
  }

  func finishImport(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {}
}
