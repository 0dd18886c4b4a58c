/// Who is connected, and who goes when there is no room: a rule without sockets or clocks.
///
/// Strangers come and go in the order of their arrival and never take a guest's place. A guest has shown that it may be
/// here, so the newest one always gets in: it is either the only one that is still there, or its elders are leftovers of
/// itself.
struct ConnectionRoom<Instant: Hashable & Comparable & Sendable>: Sendable {
  struct Key: Hashable, Sendable {
    fileprivate let number: UInt64
  }

  enum Entry: Hashable, Sendable {
    /// As a stranger; `evicting` has to go for it.
    case entered(Key, evicting: Key?)
    /// The oldest stranger has the right to stay until then.
    case full(until: Instant)
  }

  /// What a guest does, in the order in which it is missed.
  enum Occupation: Int, Sendable {
    case idle, stream, request
  }

  private struct Place: Sendable {
    let key: Key
    var due: Instant
    var occupation = Occupation.idle
  }

  private let strangerLimit: Int
  private let guestLimit: Int
  private var next: UInt64 = 0
  /// Both oldest first, and short: bounded by their limits.
  private var strangers: [Place] = []
  private var guests: [Place] = []

  init(strangers: Int, guests: Int) {
    strangerLimit = max(1, strangers)
    guestLimit = max(1, guests)
  }

  var strangerCount: Int { strangers.count }
  var guestCount: Int { guests.count }

  /// `due`: until when nobody takes the new one's place.
  mutating func enter(at now: Instant, due: Instant) -> Entry {
    var evicted: Key?
    if strangers.count >= strangerLimit {
      guard strangers[0].due <= now else { return .full(until: strangers[0].due) }
      evicted = strangers.removeFirst().key
    }
    next += 1
    let key = Key(number: next)
    strangers.append(Place(key: key, due: due))
    return .entered(key, evicting: evicted)
  }

  /// It has shown that it may be here; the result has to go for it. Nothing happens to one that has left already.
  mutating func seat(_ key: Key) -> Key? {
    guard let index = strangers.firstIndex(where: { $0.key == key }) else { return nil }
    var place = strangers.remove(at: index)
    place.occupation = .request
    let missedLeast = guests.indices.min { left, right in
      (guests[left].occupation.rawValue, left) < (guests[right].occupation.rawValue, right)
    }
    let evicted = guests.count >= guestLimit ? missedLeast.map { guests.remove(at: $0).key } : nil
    guests.append(place)
    return evicted
  }

  mutating func note(_ occupation: Occupation, of key: Key) {
    guard let index = guests.firstIndex(where: { $0.key == key }) else { return }
    guests[index].occupation = occupation
  }

  mutating func leave(_ key: Key) {
    strangers.removeAll { $0.key == key }
    guests.removeAll { $0.key == key }
  }
}
