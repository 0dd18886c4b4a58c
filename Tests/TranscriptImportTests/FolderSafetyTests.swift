import ControlModel
import Files
import Foundation
import Glibc
import Testing

@testable import TranscriptImport

/// An import reads what lies in the folder that was named, and nothing that the folder's owner only points at.
@Suite(.timeLimit(.minutes(2))) struct FolderSafetyTests {
  /// A transcript that says one word.
  private static func saying(_ word: String) -> String {
    #"{"type":"user","uuid":"\#(word)","sessionId":"\#(word)","parentUuid":null,"message":{"content":"\#(word)"}}"#
      + "\n"
  }

  private func words(_ store: MemoryStore) -> Set<String> {
    Set(store.all.flatMap { $0.events.map(\.content.text) })
  }

  @Test func `Links, pipes, sockets and devices in a folder are listed, and nothing waits for them`() async throws {
    let (secret, folder) = (try Folder(), try Folder())
    try secret.write(Self.saying("secret"), "below/secret.jsonl")
    try folder.write(Self.saying("own"), "own.jsonl")
    symlink("\(secret.path)/below/secret.jsonl", "\(folder.path)/link.jsonl")
    symlink("\(secret.path)/below", "\(folder.path)/folder")
    symlink("/dev/zero", "\(folder.path)/zero.json")
    symlink(".", "\(folder.path)/round")
    mkfifo("\(folder.path)/pipe.jsonl", 0o600)
    let socket = try listen(at: "\(folder.path)/socket.jsonl")
    defer { close(socket) }
    let store = MemoryStore()
    let report = try await importing([folder.path], into: store)
    #expect(words(store) == ["own"] && report.files == 1)
    let left = Set(report.problems.map { "\($0.file.dropFirst(folder.path.count + 1)) \($0.message)" })
    let link = "It was left out: it is a symbolic link, and links are not followed."
    #expect(
      left == [
        "link.jsonl \(link)", "folder \(link)", "zero.json \(link)", "round \(link)",
        "pipe.jsonl It was left out: it is a named pipe.", "socket.jsonl It was left out: it is a socket.",
      ])
    #expect(report.skipped == 6)
  }

  /// By the file system's own bytes; Foundation would refuse the names.
  private func make(_ bytes: [UInt8], in folder: Folder, isFolder: Bool = false) {
    let path = Array(folder.path.utf8) + [0x2F] + bytes + [0]
    path.withUnsafeBytes { raw in
      let name = raw.bindMemory(to: CChar.self).baseAddress
      guard let name else { return }
      if isFolder { mkdir(name, 0o755) } else { close(open(name, O_WRONLY | O_CREAT, 0o644)) }
    }
  }

  @Test func `Names that are no text are listed, and so is what is there in a form that is not read`() async throws {
    let folder = try Folder()
    try folder.write(Self.saying("upper"), "UP.JSONL")
    make([0xFE] + Array("1.jsonl".utf8), in: folder)
    make(Array("d".utf8) + [0xFF], in: folder, isFolder: true)
    make(Array("é".utf8) + [0xC3], in: folder)
    for name in ["a.jsonl.zst", "b.JSON.gz", "opencode.db", "notes.txt", "c.txt.gz"] { try folder.write("x", name) }
    try folder.write("", "large.json")
    try #require(truncate("\(folder.path)/large.json", 65 << 20) == 0)
    let store = MemoryStore()
    let report = try await importing([folder.path], into: store)
    #expect(words(store) == ["upper"])
    let left = Set(report.problems.map { "\($0.file.dropFirst(folder.path.count + 1)) \($0.message.prefix(40))" })
    #expect(
      left == [
        #"\xFE1.jsonl It was left out: its name is not UTF-8; "#, #"d\xFF It was left out: its name is not UTF-8; "#,
        "a.jsonl.zst It was left out: it is compressed; unpac", "b.JSON.gz It was left out: it is compressed; unpac",
        "opencode.db It was left out: it is a database; have ",
        "large.json \("\(folder.path)/large.json was left out: it is one document".prefix(40))",
      ])
    #expect(report.skipped == 6)
  }

  @Test func `Thousands of named files and folders hold no descriptor each`() async throws {
    let folder = try Folder()
    let names = (0..<300).flatMap { ["a\($0).jsonl", "f\($0)/b.jsonl"] }
    for name in names { try folder.write(Self.saying(name), name) }
    let paths = (0..<300).flatMap { ["\(folder.path)/a\($0).jsonl", "\(folder.path)/f\($0)"] }
    let store = MemoryStore()
    let importer = TranscriptImporter(store: store, team: try ResourceName("imported"), actor: "test")
    let path = folder.path
    let report = try await importer.importPaths(paths) { _ in
      let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
      #expect(!open.isEmpty)
      let held = open.filter { number in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"))?.hasPrefix(path) == true
      }
      #expect(held.count < 8)
    }
    #expect(words(store) == Set(names) && report.problems.isEmpty)
  }

  @Test func `What is put in the place of a named file after it was found is not read`() async throws {
    let (secret, folder) = (try Folder(), try Folder())
    let (own, other) = (try folder.write(Self.saying("own"), "own.jsonl"), try secret.write(Self.saying("secret"), "s"))
    let store = MemoryStore()
    let importer = TranscriptImporter(store: store, team: try ResourceName("imported"), actor: "test")
    let report = try await importer.importPaths([own]) { _ in rename(other, own) }
    #expect(words(store).isEmpty && report.problems.first?.message.contains("something else") == true)
  }

  @Test func `A test's folder goes without what its links lead to`() throws {
    let kept = try Folder()
    try kept.write("kept", "below/file")
    do {
      let folder = try Folder()
      symlink(kept.path, "\(folder.path)/link")
      symlink("\(kept.path)/below/file", "\(folder.path)/file")
    }
    #expect(access("\(kept.path)/below/file", F_OK) == 0)
  }

  @Test func `A link that is named is followed, and a pipe or a device that is named is refused at once`() async throws
  {
    let folder = try Folder()
    try folder.write(Self.saying("own"), "there/own.jsonl")
    symlink("there/own.jsonl", "\(folder.path)/named.jsonl")
    symlink("there", "\(folder.path)/named")
    for name in ["named.jsonl", "named"] {
      let store = MemoryStore()
      _ = try await importing(["\(folder.path)/\(name)"], into: store)
      #expect(words(store) == ["own"], "\(name)")
    }
    mkfifo("\(folder.path)/pipe", 0o600)
    for path in ["\(folder.path)/pipe", "/dev/zero", "/dev/tty"] {
      let failure = try await #require(throws: ControlFailure.self) {
        _ = try await importing([path], into: MemoryStore())
      }
      #expect(failure.code == .invalidArgument && failure.summary.contains(path))
    }
  }

  @Test(arguments: ["own.jsonl", "below"])
  func `What is put in the place of a file or its folder after it was found is not read`(_ name: String) async throws {
    let (secret, folder) = (try Folder(), try Folder())
    for place in [secret, folder] {
      let word = place === secret ? "secret" : "own"
      try place.write(Self.saying(word), "own.jsonl")
      try place.write(Self.saying(word + "2"), "below/own.jsonl")
    }
    let store = MemoryStore()
    let importer = TranscriptImporter(store: store, team: try ResourceName("imported"), actor: "test")
    let (from, to) = ("\(secret.path)/\(name)", "\(folder.path)/\(name)")
    let report = try await importer.importPaths([folder.path]) { _ in
      rename(to, to + ".away")
      symlink(from, to)
    }
    #expect(words(store).isSubset(of: ["own", "own2"]) && words(store).count == 1)
    #expect(report.problems.count == 1)
  }

  @Test func `A file that grows as fast as it is read is read as far as it went`() async throws {
    let folder = try Folder()
    let path = try folder.write((0..<2000).map { Self.saying("w\($0)") }.joined(), "a.jsonl")
    let writer = Thread {
      let file = open(path, O_WRONLY | O_APPEND)
      defer { close(file) }
      let line = Array(Self.saying("more").utf8)
      while !Thread.current.isCancelled { _ = write(file, line, line.count) }
    }
    writer.start()
    defer { writer.cancel() }
    let report = try await importing([folder.path], into: MemoryStore())
    #expect(report.events >= 2000)
  }

  @Test func `Files that vanish or are cut short meanwhile are no end of the others`() async throws {
    let folder = try Folder()
    for name in ["a", "b", "c"] { try folder.write(Self.saying(name), "\(name).jsonl") }
    folder.setAge("a.jsonl", seconds: 30)
    folder.setAge("b.jsonl", seconds: 20)
    let store = MemoryStore()
    let importer = TranscriptImporter(store: store, team: try ResourceName("imported"), actor: "test")
    let path = folder.path
    let report = try await importer.importPaths([path]) { file in
      guard file.hasSuffix("/a.jsonl") else { return }
      unlink("\(path)/b.jsonl")
      truncate("\(path)/c.jsonl", 4)
    }
    #expect(words(store) == ["a"])
    #expect(report.problems.contains { $0.file.hasSuffix("b.jsonl") && $0.message.contains("No such file") })
  }

  @Test func `A line that no record is as long as is passed over in bounded memory`() async throws {
    let folder = try Folder()
    let path = try folder.write(Self.saying("before"), "a.jsonl")
    // A hole: nothing of it is on the disk.
    truncate(path, off_t(LineFile.longestLine) * 3)
    let file = open(path, O_WRONLY | O_APPEND)
    let end = Array(("\n" + Self.saying("behind")).utf8)
    #expect(write(file, end, end.count) == end.count)
    close(file)
    let store = MemoryStore()
    let report = try await importing([path], into: store)
    #expect(report.badLines == 1 && report.problems.first?.line == 2)
    #expect(words(store).isSuperset(of: ["before", "behind"]))
    truncate(path, off_t(LineFile.longestFile) + 1)
    let large = try await importing([path], into: MemoryStore())
    #expect(large.problems.first?.message.contains("GiB") == true && large.files == 0)
  }

  @Test func `Folders that go on without end are left`() async throws {
    let folder = try Folder()
    let deep = (0...FileTree.deepest).map { "d\($0)" }.joined(separator: "/")
    try folder.write(Self.saying("deep"), "\(deep)/a.jsonl")
    let report = try await importing([folder.path], into: MemoryStore())
    #expect(report.files == 0 && report.problems.first?.message.contains("folders deep") == true)
  }

  @Test func `What lies in somebody's folder is read as far as that person could read it`() {
    func refuses(_ folders: [(UInt32, UInt32)], _ file: (UInt32, UInt32), importer: UInt32 = 0) -> Bool {
      let folders = folders.map { FileStatus(kind: .folder, owner: $0.0, mode: $0.1) }
      return FolderOwners(folders, importer: importer).refusal(
        of: FileStatus(kind: .regular, owner: file.0, mode: file.1)) != nil
    }
    #expect(!refuses([(0, 0o755)], (0, 0o600)))
    #expect(!refuses([(0, 0o755), (7, 0o700)], (7, 0o600)))
    #expect(refuses([(0, 0o755), (7, 0o700)], (0, 0o600)), "a private file of root in another's folder")
    #expect(refuses([(7, 0o755), (0, 0o700)], (0, 0o640)), "a folder that another may rename")
    #expect(!refuses([(7, 0o755)], (0, 0o644)))
    #expect(refuses([(7, 0o755), (8, 0o755)], (8, 0o600)))
    #expect(refuses([(0, 0o1777)], (0, 0o600)) && !refuses([(0, 0o1777)], (0, 0o644)))
    // Who imports his own and what he may read besides.
    #expect(!refuses([(7, 0o755)], (8, 0o640), importer: 7))
    #expect(refuses([(8, 0o755)], (7, 0o600), importer: 7))
  }

  @Test func `A private file of root is left out of a user's folder`() async throws {
    try #require(geteuid() == 0, "only root gives files away")
    let folder = try Folder()
    try folder.write(Self.saying("secret"), "secret.jsonl")
    try folder.write(Self.saying("own"), "own.jsonl")
    chmod("\(folder.path)/secret.jsonl", 0o600)
    chown("\(folder.path)/own.jsonl", 65_534, 65_534)
    chown(folder.path, 65_534, 65_534)
    let store = MemoryStore()
    let report = try await importing([folder.path], into: store)
    #expect(words(store) == ["own"] && report.skipped == 1)
  }

  private func listen(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    return descriptor
  }
}
