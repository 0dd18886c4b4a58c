import Glibc
import Testing
import Volumes

@testable import LocalSandboxEngine

@Suite struct FolderSizeTests {
  private func within(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/paddock-size-\(UInt64.random(in: 0...UInt64.max))"
    try #require(mkdir(folder, 0o755) == 0)
    defer { run(["/bin/rm", "-rf", folder]) }
    try body(folder)
  }

  @Test func whatIsThereIsCountedOnceAndNoLinkIsFollowed() throws {
    try within { folder in
      run(["/bin/sh", "-c", "mkdir -p \(folder)/a/b && head -c 1000000 /dev/zero > \(folder)/a/b/file"])
      run(["/bin/sh", "-c", "ln \(folder)/a/b/file \(folder)/again; ln -s / \(folder)/all; mkfifo \(folder)/pipe"])
      let size = FolderSize(of: folder, mostEntries: 1000)
      #expect(!size.isPartial && size.entries == 7)
      #expect(size.bytes > 990_000 && size.bytes < 1_100_000)
      #expect(FolderSize(of: folder + "/all", mostEntries: 1000).bytes == 0)
      #expect(FolderSize(of: folder + "/nothing", mostEntries: 1000) == .zero)
    }
  }

  @Test func moreThanAnybodyWantsToCountIsSaidToBeMore() throws {
    try within { folder in
      run(["/bin/sh", "-c", "cd \(folder) && for n in $(seq 300); do : > $n; done"])
      let size = FolderSize(of: folder, mostEntries: 100)
      #expect(size.isPartial && size.entries <= 101)
      run(["/bin/sh", "-c", "rm \(folder)/*; cd \(folder); for n in $(seq 200); do mkdir d && cd d; done"])
      #expect(FolderSize(of: folder, mostEntries: 1000).isPartial)
    }
  }

  /// A copy of a reserve may have a hole where there should be room.
  @Test func aReserveIsWhatItTakes() throws {
    try within { folder in
      let reserve = ReserveFile(in: folder)
      #expect(reserve.make(size: 1 << 20) == 0 && reserve.isThere(size: 1 << 20))
      #expect(!reserve.isThere(size: 4 << 20))
      #expect(truncate(reserve.path, 0) == 0 && truncate(reserve.path, 1 << 20) == 0)
      #expect(!reserve.isThere(size: 1 << 20))
      #expect(reserve.giveBack() && !reserve.giveBack())
      #expect(reserve.make(size: 1 << 60) != 0 && access(reserve.path, F_OK) != 0)
    }
  }
}
