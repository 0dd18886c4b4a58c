/// The people: their logins and their roles in the teams.
package protocol OperatorStore: Sendable {
  /// Those whom the caller may know of: of the own teams, and for administrators all.
  func operators() async throws(ControlFailure) -> [Operator]

  /// The users of the machine who log in as somebody: login to user. For whoever runs the stack, who sees all.
  func unixLogins() async throws(ControlFailure) -> [String: String]

  func addOperator(_ new: NewOperator, actor: String, reason: String?) async throws(ControlFailure)

  /// Takes all roles, ends the person's connections and drops the login. The answer says what had to stay, and why.
  func removeOperator(_ name: OperatorName, actor: String, reason: String?) async throws(ControlFailure) -> String?

  /// Takes the place of the former role in that team. The answer is what the person may do there now, which is more
  /// where a group role gives more.
  func grant(
    _ level: OperatorLevel, in team: ResourceName, to name: OperatorName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperatorLevel

  func revoke(
    _ team: ResourceName, from name: OperatorName, actor: String, reason: String?
  ) async throws(ControlFailure)

  /// `nil` is the caller's own login.
  func setPassword(_ password: SecretValue, of name: OperatorName?, actor: String) async throws(ControlFailure)

  /// Statements that a superuser would have to run before people can be looked after; empty when all is well.
  func missingOwnerRights() async throws(ControlFailure) -> [String]
}

package struct NewOperator: Sendable {
  package var name: OperatorName
  package var way: Operator.Way
  /// The password itself never goes to the database.
  package var password: SecretValue?
  package var isAdministrator: Bool
  /// A login that is there already is taken in as it is.
  package var adopts: Bool

  package init(
    name: OperatorName, way: Operator.Way = .server, password: SecretValue? = nil, isAdministrator: Bool = false,
    adopts: Bool = false
  ) {
    self.name = name
    self.way = password == nil ? way : .password
    self.password = password
    self.isAdministrator = isAdministrator
    self.adopts = adopts
  }
}
