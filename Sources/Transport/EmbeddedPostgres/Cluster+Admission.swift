import Glibc

extension Cluster {
  var admissions: Admissions { Admissions(mapping: contents(of: mappingFile) ?? "") }

  private var mappingFile: String { "\(directory)/pg_ident.conf" }
  private var authenticationFile: String { "\(directory)/pg_hba.conf" }

  /// Before a start: there for the server, and open to those who are admitted already.
  func makeSharedSockets() throws(EmbeddedPostgresError) {
    guard let directory = usableSharedSockets else { return }
    try makePrivateDirectory(directory, for: account)
    try openSharedSockets(to: admissions.users)
  }

  /// An access control list lets in exactly these. Where the file system has none, all users of the machine reach the
  /// socket, and the server refuses those whom it does not know.
  func openSharedSockets(to users: [AdmittedUser]) throws(EmbeddedPostgresError) {
    guard let directory = usableSharedSockets else { return }
    let numbers = users.compactMap { UserEntry(name: $0.unixUser)?.user }
    if AccessControlList(users: numbers).apply(to: directory) { return }
    guard errno == EOPNOTSUPP || errno == ENOSYS, chmod(directory, numbers.isEmpty ? 0o700 : 0o711) == 0 else {
      throw unusable(directory)
    }
  }

  /// What the files were, so that they can be put back where the server does not take the new ones.
  func writeAdmissions(_ admissions: Admissions) throws(EmbeddedPostgresError) -> AccessFiles {
    let old = AccessFiles(
      mapping: contents(of: mappingFile) ?? "", authentication: contents(of: authenticationFile) ?? "")
    try writeAccess(
      AccessFiles(
        mapping: admissions.mapping(into: old.mapping, owners: owners),
        authentication: Admissions.authentication(in: old.authentication)))
    return old
  }

  func writeAccess(_ files: AccessFiles) throws(EmbeddedPostgresError) {
    // First who they are: a server that asks before it knows would lock out the stack itself.
    try write(files.mapping, to: mappingFile, for: account)
    try write(files.authentication, to: authenticationFile, for: account)
  }

  /// With the new lines the server asks the kernel for names; who has none could never come in again.
  func checkOwner() throws(EmbeddedPostgresError) {
    guard UserEntry(number: geteuid()) == nil else { return }
    throw .ownerWithoutName(geteuid())
  }

  /// Those who may start the server, and read its files anyway.
  private var owners: [String] {
    var numbers = [geteuid()]
    if geteuid() != 0 { numbers.append(0) }
    return numbers.compactMap { UserEntry(number: $0)?.name }
  }

  /// The first directory on the way to the shared socket that a user cannot pass through.
  func obstacle(for user: UserEntry) -> String? {
    guard let sharedSockets = usableSharedSockets else { return nil }
    return ServerAccount(user: user.user, group: user.group, isOther: true).firstClosedDirectory(above: sharedSockets)
  }
}

struct AccessFiles {
  var mapping: String
  var authentication: String
}
