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
    guard let directory = server.sharedSocketDirectory else { return }
    var status = stat()
    guard stat(directory, &status) == 0 else { return }
    let account = UserEntry(number: status.st_uid)?.name ?? "\(status.st_uid)"
    try Endpoint(socketDirectory: directory, server: account).write(in: installation.dataDirectory)
  }

  /// Nothing to do for who came in another way.
  static func close(to name: OperatorName, _ installation: Installation) async throws(ControlFailure) {
    guard installation.databaseURL == nil, !installation.isGuest else { return }
    let server = installation.embeddedPostgres
    do throws(EmbeddedPostgresError) { try await server.dismiss(login: name.text) } catch {
      throw ControlFailure(
        .unavailable, "\(name) is removed, but the list of admitted users could not be changed: \(error)")
    }
    if server.admitted().isEmpty { Endpoint.remove(in: installation.dataDirectory) }
  }
}
