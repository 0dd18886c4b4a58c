import ControlModel
import EmbeddedPostgres

extension Installation {
  /// What the stack itself does about a database that does not answer, or what its user is to do; `nil` for a database
  /// elsewhere, of which nothing is known here.
  var adviceOnLostDatabase: String? {
    guard databaseURL == nil, Endpoint.foreign(in: dataDirectory) == nil else { return nil }
    if let trouble = StackTrouble.read(of: self).first {
      return trouble.hasGivenUp ? StackWords.mend.told(trouble.phrase) : trouble.phrase
    }
    switch embeddedPostgres.status() {
    case .running(let pid, _): return StackWords.silent.told("\(pid)")
    case .hidden: return nil
    case .stopped, .unreachable: return roomFirst ?? StackWords.start.told()
    }
  }
}
