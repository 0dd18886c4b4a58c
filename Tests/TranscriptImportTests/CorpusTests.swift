import AgentRuntimes
import ControlModel
import Glibc
import Testing
import TranscriptCorpus
import TranscriptImport

/// Whole files, of which nothing may be lost: one of our own of every form, and real ones where they are.
@Suite struct CorpusTests {
  static let corpus = TranscriptCorpus.files.filter { path in
    // Metadata of other tools that was published with the transcripts.
    !path.hasSuffix(".meta.json") && !path.hasSuffix("cache/index.json")
  }

  @Test func `Real transcripts are here, or it is said that they are not`() {
    TranscriptCorpus.reportAbsence()
  }

  @Test(arguments: Sample.allCases)
  func `Every record of a sample is in the store with its own bytes`(_ sample: Sample) async throws {
    let folder = try Folder()
    try await check(try folder.write(sample.text, sample.fileName))
  }

  @Test(arguments: corpus)
  func `Every record of a real file is in the store with its own bytes`(_ path: String) async throws {
    try await check(path)
  }

  @Test func `All files together, a second time, add nothing`() async throws {
    let folder = try Folder()
    let paths = try Sample.allCases.map { try folder.write($0.text, $0.fileName) } + Self.corpus
    let store = MemoryStore()
    let first = try await importing(paths, into: store)
    let second = try await importing(paths, into: store)
    #expect(second.events == 0)
    #expect(second.records == first.records && second.badLines == first.badLines)
    #expect(second.duplicates == first.events + first.duplicates)
    #expect(first.files == paths.count)
  }

  private func check(_ path: String) async throws {
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
        // An evaluation of OpenHands holds its events inside the line, and the line itself closes them.
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
}

extension [UInt8] {
  /// The bytes of `part` stand in here; both are text without NUL.
  func contains(_ part: [UInt8]) -> Bool {
    let (whole, part) = ((self + [0]).map(CChar.init(bitPattern:)), (part + [0]).map(CChar.init(bitPattern:)))
    return strstr(whole, part) != nil
  }
}
