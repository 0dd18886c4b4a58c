/// A person, as the database knows them: a login with a role in each of some teams.
package struct Operator: Sendable, Hashable {
  /// How the login was made to be used. What the server really demands is in its `pg_hba.conf`.
  package enum Way: Sendable, Hashable {
    case password
    /// A user of the machine that the database is on, by that user's name there.
    case unixUser(String)
    /// Whatever the server asks of this login: a certificate, Kerberos, LDAP.
    case server
  }

  package struct Role: Sendable, Hashable {
    package var team: ResourceName
    package var level: OperatorLevel
    /// More than what was granted in this team: a group role gives it in every team that the person is in.
    package var isByGroup: Bool

    package init(team: ResourceName, level: OperatorLevel, isByGroup: Bool = false) {
      self.team = team
      self.level = level
      self.isByGroup = isByGroup
    }
  }

  /// Not an `OperatorName`: logins that somebody made by hand are called whatever they are called.
  package var name: String
  package var way: Way
  package var roles: [Role]
  /// May do everything in every team, make teams, and add people.
  package var isAdministrator: Bool
  /// Paddock made the login, and takes it away with its operator.
  package var isMade: Bool
  /// Removed, or the login is gone: nobody can come in by it.
  package var isClosed: Bool
  /// Open at this moment; Postgres keeps no last login.
  package var connections: Int
  /// `nil` for who was given roles by hand.
  package var addedAt: Timestamp?

  package init(
    name: String, way: Way, roles: [Role], isAdministrator: Bool, isMade: Bool, isClosed: Bool, connections: Int,
    addedAt: Timestamp?
  ) {
    self.name = name
    self.way = way
    self.roles = roles
    self.isAdministrator = isAdministrator
    self.isMade = isMade
    self.isClosed = isClosed
    self.connections = connections
    self.addedAt = addedAt
  }
}

/// What a person may do in a team; each may do what the ones before it may.
package enum OperatorLevel: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Reads.
  case viewer
  /// Approves, denies and sends messages.
  case approver
  /// Everything with agents, sessions and secrets.
  case `operator`
  /// Gives and takes roles in the team.
  case admin

  package static func < (left: OperatorLevel, right: OperatorLevel) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A name that Paddock makes logins with: fit for a Postgres role (63 bytes), a user of the machine, a mail address.
package struct OperatorName: Sendable, Hashable, CustomStringConvertible {
  package static let maximumLength = 63

  package let text: String

  package init(_ text: String) throws(ControlFailure) {
    let bytes = Array(text.utf8)
    let isPlain = bytes.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x5F, 0x2E, 0x40, 0x2D].contains(byte)
    }
    let isReserved = text.hasPrefix("pg_") || text.hasPrefix("paddock")
    guard let first = bytes.first, (0x61...0x7A).contains(first), isPlain, !isReserved,
      bytes.count <= Self.maximumLength
    else {
      throw ControlFailure(
        .invalidArgument, "The operator's name '\(text)' is not valid.",
        hint: "Use lower-case letters, digits, '_', '.', '@' and '-', a letter first, at most \(Self.maximumLength), "
          + "and neither pg_… nor paddock….")
    }
    self.text = text
  }

  package var description: String { text }
}
