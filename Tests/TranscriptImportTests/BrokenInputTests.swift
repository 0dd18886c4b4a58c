import ControlModel
import Synchronization
import Testing
import TranscriptImport

/// Bad input loses nothing but itself, whoever wrote the file.
@Suite struct BrokenInputTests {
  private static let lineSamples = Sample.allCases.filter { $0.fileName.hasSuffix(".jsonl") }

  @Test(arguments: lineSamples)
  func `A broken line and one that is no object stand as errors among the others`(_ sample: Sample) async throws {
    let lines = sample.text.split(separator: "\n").map(String.init)
    let broken = [#"{"type":"#, #"["a list"]"#]
    let text = ([lines[0]] + broken + lines.dropFirst()).joined(separator: "\n") + "\n"
    let (store, report) = try await imported(Array(text.utf8), sample)
    #expect(report.badLines == 2 && report.problems.compactMap(\.line) == [2, 3])
    let errors = store.all.flatMap(\.events).filter { $0.content.name == "import.line" }
    #expect(errors.allSatisfy { $0.content.isError && $0.content.text.contains(sample.fileName) })
    #expect(errors.map(\.content.raw).contains(Array(#"["a list"]"#.utf8)))
    let (whole, _) = try await imported(Array(sample.text.utf8), sample)
    #expect(store.all.flatMap(\.events).count == whole.all.flatMap(\.events).count + 2)
  }

  @Test(arguments: lineSamples)
  func `A torn last line comes in when it is whole, and nothing comes twice`(_ sample: Sample) async throws {
    let folder = try Folder()
    let store = MemoryStore()
    let bytes = Array(sample.text.utf8)
    let first = try await importing([try folder.write(Array(bytes.dropLast(9)), sample.fileName)], into: store)
    #expect(first.unfinishedLines == 1 && first.badLines == 0)
    let second = try await importing([try folder.write(bytes, sample.fileName)], into: store)
    #expect(second.unfinishedLines == 0 && second.duplicates == first.events)
    let expected = sample.events.split(separator: "\n").filter { $0 != "---" }
    #expect(store.all.flatMap(\.events).count == expected.count)
  }

  @Test(arguments: lineSamples)
  func `A line that is not UTF-8 is kept to the byte`(_ sample: Sample) async throws {
    let strange: [UInt8] = Array(#"{"type":"user","text":""#.utf8) + [0xFF, 0xFE] + Array("\"}\n".utf8)
    let (store, report) = try await imported(Array(sample.text.utf8) + strange, sample)
    #expect(report.badLines == 1)
    let error = try #require(store.all.flatMap(\.events).first { $0.content.name == "import.line" })
    #expect(String(decoding: error.content.raw, as: UTF8.self).hasPrefix(#"{"base64":"eyJ0eXBl"#))
    #expect(error.content.text.contains("invalid UTF-8"))
  }

  @Test func `A line of many megabytes is one record like any other`() async throws {
    let long = String(repeating: "long \\n", count: 1_500_000)
    let line = #"{"type":"assistant","uuid":"big","sessionId":"s","parentUuid":"u4","message":{"id":"b","content":""#
    let text = Sample.claudeSession.text + line + long + "\"}}\n"
    let (store, report) = try await imported(Array(text.utf8), .claudeSession)
    #expect(report.badLines == 0)
    #expect(store.only?.events.last?.content.text.utf8.count == 9_000_000)
  }

  @Test func `Empty files, blank lines, a byte order mark and Windows' line ends do no harm`() async throws {
    let text = "\u{FEFF}\r\n" + Sample.claudeSession.text.split(separator: "\n").joined(separator: "\r\n\r\n") + "\r\n"
    let (store, report) = try await imported(Array(text.utf8), .claudeSession)
    #expect(
      report.badLines == 0 && store.only?.lines == Sample.claudeSession.events.split(separator: "\n").map(String.init))
    let (_, empty) = try await imported([], .claudeSession)
    #expect(empty.files == 1 && empty.events == 0 && empty.problems.isEmpty)
  }

  @Test func `Nothing is made before what was named has been opened`() async throws {
    let folder = try Folder()
    let named = [try folder.write(Array(Sample.claudeSession.text.utf8), Sample.claudeSession.fileName)]
    let prepared = Mutex(0)
    let importer = TranscriptImporter(store: MemoryStore(), team: try ResourceName("imported"), actor: "ann")
    await #expect(throws: ControlFailure.self) {
      try await importer.importPaths(named + ["/nowhere"], prepare: { prepared.withLock { $0 += 1 } })
    }
    #expect(prepared.withLock { $0 } == 0)
    _ = try await importer.importPaths(named, prepare: { prepared.withLock { $0 += 1 } })
    #expect(prepared.withLock { $0 } == 1)
  }

  private func imported(_ bytes: [UInt8], _ sample: Sample) async throws -> (MemoryStore, ImportReport) {
    let folder = try Folder()
    let store = MemoryStore()
    let report = try await importing([try folder.write(bytes, sample.fileName)], into: store)
    return (store, report)
  }
}
