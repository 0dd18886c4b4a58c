import ControlModel

/// Why a database does not do what it is asked, where that is not the question's own fault.
package enum DatabaseFault: String, ScreenWords {
  case silent = "The database … does not answer: …."
  case forbidden = "The database … may not be reached by this user: …."
  case late = "The database … did not answer in time."
  case lost = "The connection to the database … was lost: …."
  case lostInCommit = "The connection to the database … was lost while a change was being committed."
  case full = "The database … has too many connections: …."
  case refuses = "The database … refuses the connection: …."
  case password = "The database … wants a password: …."
  case unable = "The database … cannot do it at present: …."
  case schema = "The database … does not have the schema of this Paddock: …."
  case right = "The database … refuses this to its user: …."
  case held = "Somebody's transaction holds what the database … was asked for."
}
