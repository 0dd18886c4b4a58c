import ControlModel

extension Stores {
  /// The session of that id; the beginning of an id will do where it is enough to tell it from all others.
  func session(named text: String) async throws(ControlFailure) -> Session {
    if let id = SessionID(text) { return try await history.session(id) }
    let folded = text.lowercased()
    guard folded.count >= 4 else {
      throw ControlFailure(.invalidArgument, "'\(text)' is not a session id; give at least its first 4 characters.")
    }
    let matches = try await history.sessions(of: nil).filter { $0.id.text.hasPrefix(folded) }
    if matches.count > 1 {
      let titles = matches.prefix(3).map { "\($0.id)" }.joined(separator: ", ")
      throw ControlFailure(.invalidArgument, "'\(text)' begins the id of \(matches.count) sessions: \(titles).")
    }
    // That it cannot be read is the answer.
    if let marked = matches.first, marked.unreadable != nil { return try await history.session(marked.id) }
    guard let session = matches.first else { throw ControlFailure(.notFound, "There is no session '\(text)'.") }
    return session
  }
}
