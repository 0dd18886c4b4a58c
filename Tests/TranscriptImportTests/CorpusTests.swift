import AgentRuntimes
import ControlModel
import Glibc
import Testing
import TranscriptImport

/// Real transcripts of many agents and versions. They are not part of the repository: the tests look for them beside it
/// or where `PADDOCK_CORPORA` says, and have nothing to do where there are none.
enum Corpus {
  static let files: [String] = {
    let named = getenv("PADDOCK_CORPORA").map { String(cString: $0) }
    guard let root = [named, "../shared/corpora"].compactMap(\.self).first(where: { access($0, R_OK) == 0 }) else {
      return []
    }
    let rows = String(decoding: Bytes.of("\(root)/MANIFEST.tsv"), as: UTF8.self).split(separator: "\n").dropFirst()
    return rows.compactMap { $0.split(separator: "\t").first.map { "\(root)/\($0)" } }
  }()

  /// Metadata of other tools that was published with the transcripts.
  static func isTranscript(_ path: String) -> Bool {
    !path.hasSuffix(".meta.json") && !path.hasSuffix("cache/index.json")
  }
}

@Suite struct CorpusTests {
  @Test(arguments: Corpus.files.filter(Corpus.isTranscript))
  func `Every record of a file is in the store with its own bytes`(_ path: String) async throws {
    let store = MemoryStore()
    let report = try await importing([path], into: store)
    #expect(report.files == 1)
    let bytes = Bytes.of(path)
    let raws = store.raws
    let lines = bytes.split(separator: 0x0A).filter { $0.contains { $0 > 0x20 } }
    let isLines = report.records + report.unfinishedLines == lines.count
    if path.hasSuffix(".jsonl") || path.hasSuffix(".responses") {
      #expect(isLines, "\(report.records) of \(lines.count)")
    }
    if isLines {
      for line in lines {
        let isKept = raws.contains(Array(line)) || raws.contains(RawRecord.quoting(Array(line)))
        #expect(isKept, "\(String(decoding: line.prefix(120), as: UTF8.self))")
      }
    } else {
      #expect(report.problems.isEmpty)
      #expect(report.records > 0)
      for raw in raws { #expect(bytes.contains(raw)) }
    }
    let errors = store.all.flatMap(\.events).count { $0.content.name == "import.line" }
    #expect(errors == report.badLines && report.problems.count == report.badLines)
  }

  @Test func `All files together, a second time, add nothing`() async throws {
    let store = MemoryStore()
    let first = try await importing(Corpus.files.filter(Corpus.isTranscript), into: store)
    let second = try await importing(Corpus.files.filter(Corpus.isTranscript), into: store)
    #expect(second.events == 0)
    #expect(second.records == first.records && second.badLines == first.badLines)
    #expect(second.duplicates == first.events + first.duplicates)
    #expect(first.files == Corpus.files.filter(Corpus.isTranscript).count)
  }
}

extension [UInt8] {
  /// The bytes of `part` stand in here; both are text without NUL.
  func contains(_ part: [UInt8]) -> Bool {
    let (whole, part) = ((self + [0]).map(CChar.init(bitPattern:)), (part + [0]).map(CChar.init(bitPattern:)))
    return strstr(whole, part) != nil
  }
}
