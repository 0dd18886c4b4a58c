import ControlModel
import EmbeddedPostgres
import Glibc

/// A user of this machine who is to be let in to the embedded stack, checked before anything is written.
struct Admission: Sendable {
  private let user: AdmittedUser
  private let installation: Installation

  init(_ unixUser: String, as name: OperatorName, _ installation: Installation) throws(ControlFailure) {
    guard installation.databaseURL == nil else {
      throw ControlFailure(
        .invalidArgument, "--unix-user is for the embedded stack; this database is somebody else's to configure.",
        hint: "docs/operators.md shows the lines of pg_hba.conf and pg_ident.conf.")
    }
    try installation.requireOwn("Letting in users of this machine")
    user = AdmittedUser(unixUser: unixUser, login: name.text)
    self.installation = installation
    do throws(EmbeddedPostgresError) { try installation.embeddedPostgres.canAdmit(user) } catch {
      throw ControlFailure(.refused, error.description)
    }
  }

  /// Once the login is there.
  func open() async throws(ControlFailure) {
    let server = installation.embeddedPostgres
    do throws(EmbeddedPostgresError) { try await server.admit(user) } catch {
      throw ControlFailure(
        .unavailable, "The login \(user.login) was made, but \(user.unixUser) is not let in yet. \(error)")
    }
    try Self.tell(of: server, installation)
  }

  /// Where others find the server, as long as anybody is let in.
  private static func tell(of server: EmbeddedPostgres, _ installation: Installation) throws(ControlFailure) {
    guard !server.admitted().isEmpty else { return Endpoint.remove(in: installation.dataDirectory) }
    guard let directory = server.sharedSocketDirectory else { return }
    var status = stat()
    guard stat(directory, &status) == 0 else { return }
    let account = UserEntry(number: status.st_uid)?.name ?? "\(status.st_uid)"
    try Endpoint(socketDirectory: directory, server: account).write(in: installation.dataDirectory)
  }

  /// The lists of admitted users are what the database says of its logins: a line that is left of somebody who was removed
  /// would let that user in as the next person of the name. For the stack's own user, where its server runs.
  static func agree(with stores: Stores, _ installation: Installation) async throws(ControlFailure) {
    guard installation.databaseURL == nil, !installation.isGuest, installation.foreignOwner == nil else { return }
    let wanted = try await stores.history.unixLogins().map { AdmittedUser(unixUser: $0.value, login: $0.key) }
    let server = installation.embeddedPostgres
    do throws(EmbeddedPostgresError) {
      guard try await server.admitOnly(wanted.sorted { $0.login < $1.login }) else { return }
    } catch {
      throw ControlFailure(.unavailable, "The list of admitted users is not what the database says: \(error)")
    }
    try tell(of: server, installation)
  }

  /// What becomes of people through others' commands, as those of an administrator who is let in himself, is carried out
  /// within moments.
  static func keepAgreeing(
    with stores: Stores, _ installation: Installation, every pause: Duration = .seconds(2),
    _ tell: @escaping @Sendable (ControlFailure) -> Void
  ) async {
    var told: String?
    while !Task.isCancelled {
      do throws(ControlFailure) {
        try await agree(with: stores, installation)
        told = nil
      } catch {
        if error.code != .cancelled, told != error.summary { tell(error) }
        told = error.summary
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Nothing to do for who came in another way.
  static func close(to name: OperatorName, _ installation: Installation) async throws(ControlFailure) {
    guard installation.databaseURL == nil, !installation.isGuest else { return }
    let server = installation.embeddedPostgres
    do throws(EmbeddedPostgresError) { try await server.dismiss(login: name.text) } catch {
      throw ControlFailure(
        .unavailable, "\(name) is removed, but the list of admitted users could not be changed: \(error)")
    }
    try tell(of: server, installation)
  }
}
