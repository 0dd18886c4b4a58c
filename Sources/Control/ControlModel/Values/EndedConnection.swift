/// Somebody's connection to the database that kept others from their work.
package struct EndedConnection: Sendable, Hashable {
  package var login: String
  /// The server's process; its number is used again.
  package var process: Int
  /// What it calls itself.
  package var application: String
  package var reason: String
  /// False for one that may not be ended: a superuser's, or for want of a right.
  package var isEnded: Bool

  package init(login: String, process: Int, application: String, reason: String, isEnded: Bool) {
    self.login = login
    self.process = process
    self.application = application
    self.reason = reason
    self.isEnded = isEnded
  }
}
