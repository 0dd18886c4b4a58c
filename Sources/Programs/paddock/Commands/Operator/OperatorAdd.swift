import ArgumentParser
import ControlModel

struct OperatorAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a person's login; it may do nothing until it is granted a role.",
    discussion: """
      Without --password-prompt, --password-fd and --unix-user the login has no password: the server's pg_hba.conf says \
      how it proves itself (a certificate, peer, Kerberos, LDAP).
      """)

  @Argument(help: "Lower-case letters, digits, '_', '.', '@' and '-', a letter first.") var name: String
  @Flag(help: "Ask for a password, twice and without echo; where there is no terminal, read it from standard input.")
  var passwordPrompt = false
  @Option(name: .customLong("password-fd"), help: "Read the password from this file descriptor.")
  var passwordDescriptor: Int32?
  @Option(name: .customLong("unix-user"), help: "The user of this machine who is let in; the embedded stack only.")
  var unixUser: String?
  @Flag(help: "May do everything in all teams, make teams, and add people.") var administrator = false
  @Flag(help: "Take in a login that is there already, as it is.") var adopt = false
  @Option(help: "Why; kept with the operation.", transform: ReasonText.read) var reason: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [passwordPrompt, passwordDescriptor != nil, unixUser != nil].count(where: { $0 }) < 2 else {
      throw ValidationError("One of --password-prompt, --password-fd and --unix-user is enough.")
    }
  }

  func run() async throws {
    let name = try OperatorName(name)
    let asksPassword = passwordPrompt || passwordDescriptor != nil
    let password = asksPassword ? try NewPassword.read(from: passwordDescriptor) : nil
    let installation = common.stack.installation
    let way = unixUser.map(Operator.Way.unixUser) ?? .server
    let new = NewOperator(
      name: name, way: way, password: password, isAdministrator: administrator, adopts: adopt)
    try await common.withStores { stores in
      let admission = try unixUser.map { user throws(ControlFailure) in try Admission(user, as: name, installation) }
      try await stores.history.addOperator(new, actor: stores.actor, reason: reason)
      // Lines of a former person of that name, which nobody has taken out.
      if admission == nil { try await Admission.close(to: name, installation) }
      try await admission?.open()
    }
    let json: JSONValue = ["name": .string(name.text), "login": .string(new.way.shown)]
    Report.print(json, as: common.output) {
      "\(name) can log in (\(SafeText.line(new.way.shown))). "
        + (administrator ? "\n" : "Next: paddock operator grant \(name) --team TEAM --role ROLE\n")
    }
  }
}

struct OperatorRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take all roles and the login of a person, and end their connections.",
    discussion: "A login that Paddock did not make loses its roles and stays. What the person did stays recorded.")

  @Argument var name: String
  @OptionGroup var consent: Consent
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let name = try OperatorName(name)
    let installation = common.stack.installation
    let remains = try await common.withStores { stores in
      try consent.obtain("Remove the operator '\(name)', with all roles, and end what they have open?")
      let remains: String?
      do throws(ControlFailure) {
        remains = try await stores.history.removeOperator(name, actor: stores.actor, reason: consent.reason)
      } catch {
        // Removed before, and the list of admitted users could not be changed then.
        if error.code == .notFound { try await Admission.close(to: name, installation) }
        throw error
      }
      try await Admission.close(to: name, installation)
      return remains
    }
    let json: JSONValue = ["removed": .string(name.text), "remains": remains.map { .string($0) } ?? .null]
    Report.print(json, as: common.output) {
      "\(name) was removed" + (remains.map { "; \(SafeText.line($0))" } ?? "") + ".\n"
    }
  }
}
