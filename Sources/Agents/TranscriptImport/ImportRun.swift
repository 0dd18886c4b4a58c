import AgentRuntimes
import ControlModel

/// One import on its way through its files.
struct ImportRun {
  let importer: TranscriptImporter
  private(set) var report = ImportReport()
  private let readers = TranscriptReaders()
  private var sessions: Set<SessionID> = []
  /// Which tool call started which of Claude Code's sub-agents.
  private var agentCalls: [String: String] = [:]

  init(importer: TranscriptImporter, skipped: [ImportReport.Problem]) {
    self.importer = importer
    report.skipped = skipped.count
    for problem in skipped { report.add(problem) }
  }

  mutating func take(_ file: TranscriptPath) async throws(ControlFailure) {
    do throws(ControlFailure) {
      let sample = try TranscriptSample(file.open())
      guard !sample.isEmpty else { return report.files += 1 }
      if sample.isLines {
        try await takeLines(file, sample)
      } else {
        try await takeDocument(file, sample)
      }
    } catch {
      // A file that cannot be read is not the end of the others; a store that does not answer is.
      guard [.invalidArgument, .notFound].contains(error.code) else { throw error }
      report.skipped += 1
      note(file, nil, error.summary)
    }
  }

  private static func isLineName(_ file: TranscriptPath) -> Bool {
    TranscriptName.isLines(file.name)
  }

  // MARK: Lines

  private mutating func takeLines(_ file: TranscriptPath, _ sample: TranscriptSample) async throws(ControlFailure) {
    guard let format = sample.format ?? (Self.isLineName(file) ? .generic : nil) else {
      return reject(file, "It is no transcript of an agent that Paddock knows.")
    }
    report.files += 1
    var output = ReadEvents(defaultTime: file.modified)
    var reader = try reader(format, file, sample, &output)
    let lines = try file.open()
    while let line = try lines.next() {
      if line.isTooLong {
        report.records += 1
        let problem = "it has more than \(LineFile.longestLine >> 20) MiB"
        refuse(line, problem, raw: RawRecord.quoting(line.bytes), file, reader, &output)
        continue
      }
      guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
      switch RawRecord.read(line.bytes) {
      case .object(let object):
        report.records += 1
        read(TranscriptRecord(object, bytes: line.bytes), &reader, &output)
      case _ where !line.isTerminated: report.unfinishedLines += 1
      case .value:
        report.records += 1
        refuse(line, "it is JSON, but not an object", raw: line.bytes, file, reader, &output)
      case .broken(let error):
        report.records += 1
        refuse(line, "\(error)", raw: RawRecord.quoting(line.bytes), file, reader, &output)
      }
      if output.pendingEvents >= TranscriptImporter.chunkEvents || output.pendingBytes >= TranscriptImporter.chunkBytes
      {
        try await store(&output, reader.runtime)
      }
    }
    try await store(&output, reader.runtime)
    keepAgentCalls(of: reader)
  }

  private mutating func refuse(
    _ line: LineFile.Line, _ problem: String, raw: [UInt8], _ file: TranscriptPath, _ reader: any TranscriptReader,
    _ output: inout ReadEvents
  ) {
    report.badLines += 1
    note(file, line.number, "The line is no record: \(problem).")
    let text =
      "Line \(line.number) of \(file.name) is no record: \(problem). The line: \(RawRecord.excerpt(line.bytes))"
    output.add(
      [EventDraft(.error, text, name: "import.line", isError: true)], raw: raw, hash: ContentHash(line.bytes),
      to: reader.conversation, key: nil, at: .untold)
  }

  /// Evaluations of OpenHands keep a whole conversation on each line.
  private mutating func read(
    _ record: TranscriptRecord, _ reader: inout any TranscriptReader, _ output: inout ReadEvents
  ) {
    guard reader is OpenHandsReader, record.object["history"]?.arrayValue != nil else {
      return reader.read(record, into: &output)
    }
    let id = "\(reader.conversation)/\(record.hash.text)"
    var evaluation = OpenHandsReader(conversation: id)
    for element in record.history {
      evaluation.read(element, into: &output)
    }
    var whole = record
    whole.role = .header
    evaluation.read(whole, into: &output)
  }

  // MARK: Documents

  private mutating func takeDocument(_ file: TranscriptPath, _ sample: TranscriptSample) async throws(ControlFailure) {
    let bytes = try Self.contents(of: file.open(), file.path)
    let document: TranscriptDocument?
    do { document = try TranscriptDocument(bytes) } catch {
      // Text under a name that promises lines is a broken transcript rather than none.
      if Self.isLineName(file) { return try await takeLines(file, sample) }
      let line = 1 + bytes.prefix(error.offset).count { $0 == 0x0A }
      guard !sample.isText else { return reject(file, "It is no transcript: it is not JSON.") }
      return note(file, line, "The file is not valid JSON: \(error.reason.rawValue).")
    }
    guard let document else { return reject(file, "It is no transcript of an agent that Paddock knows.") }
    report.files += 1
    var output = ReadEvents(defaultTime: file.modified)
    var reader = readers.make(document.format, file, conversation: document.conversation)
    for record in document.records {
      report.records += 1
      if record.object.members.isEmpty {
        output.add(
          [EventDraft(.lifecycle, "", name: "record")], of: record, to: reader.conversation, key: nil, at: .untold)
      } else {
        read(record, &reader, &output)
      }
      if output.pendingEvents >= TranscriptImporter.chunkEvents { try await store(&output, reader.runtime) }
    }
    try await store(&output, reader.runtime)
  }

  /// A document is parsed as a whole, in memory.
  private static let longestDocument = 256 << 20

  private static func contents(of lines: LineFile, _ path: String) throws(ControlFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while let line = try lines.next() {
      bytes += line.bytes
      if line.isTooLong || bytes.count > longestDocument {
        throw FileFailure.leftOut(
          path,
          "it is one document of more than \(longestDocument >> 20) MiB, or with a line of more than "
            + "\(LineFile.longestLine >> 20) MiB")
      }
      if line.isTerminated { bytes.append(0x0A) }
    }
    return bytes
  }

  // MARK: Readers

  private mutating func reader(
    _ format: TranscriptFormat, _ file: TranscriptPath, _ sample: TranscriptSample, _ output: inout ReadEvents
  ) throws(ControlFailure) -> any TranscriptReader {
    let named = format == .claude || format == .gemini ? sample.first(["sessionId", "session_id"]) : nil
    let reader = readers.make(format, file, conversation: named, hasEventMessages: sample.hasEventMessages)
    guard format == .claude, FileTree.isAgent(file) else { return reader }
    return try agentReader(reader.conversation, file, sample, &output)
  }

  /// A sub-agent of Claude Code: its `.meta.json` says which call of its parent it belongs to, or the parent does.
  private mutating func agentReader(
    _ conversation: String, _ file: TranscriptPath, _ sample: TranscriptSample, _ output: inout ReadEvents
  ) throws(ControlFailure) -> any TranscriptReader {
    var call: String?
    let agent = sample.first(["agentId"]) ?? String(file.stem.dropFirst("agent-".count))
    let metaName = file.name.hasSuffix(".jsonl") ? "\(file.name.dropLast(6)).meta.json" : ""
    if !metaName.isEmpty, let meta = try file.openBeside(metaName) {
      let bytes = try Self.contents(of: meta, metaName)
      if let object = try? JSONValue(parsing: bytes).objectValue {
        call = object["toolUseId"]?.stringValue
        let parent = call ?? agentCalls[agent] ?? "agent-\(agent)"
        let text = object["description"]?.stringValue ?? object["agentType"]?.stringValue ?? agent
        let draft = EventDraft(.lifecycle, text, parentCallID: parent, name: "claude.agent")
        let record = TranscriptRecord(object, bytes: bytes)
        output.add([draft], of: record, to: conversation, key: "agent-\(agent)/\(record.hash.text)", at: .untold)
      } else {
        let path = "\(file.path.dropLast(6)).meta.json"
        report.add(.init(file: path, line: nil, message: "The file is not valid JSON."))
      }
    }
    let parent = call ?? agentCalls[agent] ?? "agent-\(agent)"
    return ClaudeReader(conversation: conversation, parentCall: parent, forks: readers.forks)
  }

  private mutating func keepAgentCalls(of reader: any TranscriptReader) {
    guard let calls = (reader as? ClaudeReader)?.agentCalls else { return }
    agentCalls.merge(calls) { _, last in last }
  }

  // MARK: Storing

  private mutating func store(_ output: inout ReadEvents, _ runtime: RuntimeName) async throws(ControlFailure) {
    for conversation in output.conversations where !conversation.events.isEmpty {
      let transcript = ImportedTranscript(
        team: importer.team, agent: AgentName.make(conversation.directory, runtime), runtime: runtime,
        runtimeSessionID: conversation.id, title: conversation.title,
        createdAt: conversation.createdAt ?? output.defaultTime)
      for start in stride(from: 0, to: conversation.events.count, by: TranscriptImporter.chunkEvents) {
        let end = min(start + TranscriptImporter.chunkEvents, conversation.events.count)
        let count = try await importer.store.importTranscript(
          transcript, events: Array(conversation.events[start..<end]))
        report.events += count.added
        report.duplicates += count.duplicates
        if sessions.insert(count.session).inserted { report.sessions += 1 }
      }
    }
    output.drain()
  }

  // MARK: Problems

  private mutating func note(_ file: TranscriptPath, _ line: Int?, _ message: String) {
    report.add(.init(file: file.path, line: line, message: message))
  }

  /// Folders hold all kinds of files; one that was named should have been a transcript.
  private mutating func reject(_ file: TranscriptPath, _ message: String) {
    if file.isNamed { note(file, nil, message) }
  }
}

extension TranscriptRecord {
  /// The events of an evaluation; old ones hold pairs of action and observation.
  fileprivate var history: [TranscriptRecord] {
    guard let fields = try? JSONFields(parsing: bytes), let array = fields.bytes(of: "history"),
      let elements = try? TranscriptDocument.elements(Array(array))
    else { return [] }
    return elements.enumerated().flatMap { index, element in
      let pair =
        element.object.members.isEmpty ? (try? TranscriptDocument.elements(element.bytes)) ?? [element] : [element]
      return pair.map { record in
        var record = record
        record.context = pair.count > 1 ? ["pair": .string("pair-\(index + 1)")] : ["history": true]
        return record
      }
    }
  }
}

/// The name to list imported sessions under.
enum AgentName {
  /// The project's directory, as far as it makes a name; else the runtime.
  static func make(_ directory: String?, _ runtime: RuntimeName) -> ResourceName {
    let last = directory?.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    let letters = last.lowercased().unicodeScalars.map { scalar in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    let words = String(letters).split(separator: "-").joined(separator: "-").prefix(ResourceName.maximumLength)
    let trimmed = words.hasSuffix("-") ? words.dropLast() : words
    if let name = try? ResourceName(String(trimmed)) { return name }
    return runtimeName(runtime)
  }

  private static func runtimeName(_ runtime: RuntimeName) -> ResourceName {
    do { return try ResourceName(runtime.rawValue) } catch { preconditionFailure("\(error)") }
  }
}
