import Files
import Glibc

/// Whose folders lead to a file. What a folder holds, its owner has put there, by a hard link or a rename too: an import
/// by root, or by whoever may read more, must bring in nothing that this person could not have read himself.
struct FolderOwners {
  private let importer: UInt32
  private var people: Set<UInt32> = []
  private var isOpenToAll = false

  init(_ folders: [FileStatus] = [], importer: UInt32 = geteuid()) {
    self.importer = importer
    for folder in folders { add(folder) }
  }

  func adding(_ folder: FileStatus) -> FolderOwners {
    var owners = self
    owners.add(folder)
    return owners
  }

  private mutating func add(_ folder: FileStatus) {
    // Root could read it anyway, and what the importer may read, the kernel knows.
    if folder.owner != 0, folder.owner != importer { people.insert(folder.owner) }
    if folder.allows(0o002) { isOpenToAll = true }
  }

  /// Why a file that was found below these folders is not read; `nil` when it may be.
  func refusal(of file: FileStatus) -> String? {
    guard file.kind == .regular else {
      return file.kind == .link ? "it is a symbolic link, and links are not followed" : "it is \(file.kind)"
    }
    if file.allows(0o004) { return nil }
    if let person = people.first(where: { $0 != file.owner }) {
      return "it belongs to user \(file.owner), and user \(person), whose folder it lies in, may not read it"
    }
    if isOpenToAll { return "everybody may put files into its folder, and not everybody may read it" }
    return nil
  }
}
