import Testing

@testable import HTTPService

@Suite struct ConnectionRoomTests {
  private var room = ConnectionRoom<Int>(strangers: 3, guests: 2)

  private mutating func enter(at time: Int) -> ConnectionRoom<Int>.Key? {
    if case .entered(let key, _) = room.enter(at: time, due: time + 10) { key } else { nil }
  }

  @Test mutating func theOldestStrangerGoesOnceItsGraceIsOver() {
    let first = enter(at: 0)
    _ = enter(at: 1)
    _ = enter(at: 2)
    #expect(room.enter(at: 9, due: 19) == .full(until: 10))
    guard case .entered(_, let evicted) = room.enter(at: 10, due: 20) else { return #expect(Bool(false)) }
    #expect(evicted == first)
    #expect(room.strangerCount == 3)
  }

  @Test mutating func strangersNeverTakeAGuestsPlace() throws {
    let guest = try #require(enter(at: 0))
    #expect(room.seat(guest) == nil)
    for time in 1..<1000 { _ = enter(at: time * 10) }
    #expect(room.guestCount == 1)
    #expect(room.strangerCount == 3)
  }

  @Test mutating func theGuestThatIsMissedLeastMakesRoomForANewOne() throws {
    let busy = try #require(enter(at: 0))
    let stream = try #require(enter(at: 0))
    _ = room.seat(busy)
    _ = room.seat(stream)
    room.note(.stream, of: stream)
    let idle = try #require(enter(at: 0))
    #expect(room.seat(idle) == stream)
    room.note(.idle, of: idle)
    let next = try #require(enter(at: 0))
    #expect(room.seat(next) == idle)
    let last = try #require(enter(at: 0))
    #expect(room.seat(last) == busy)
    #expect(room.guestCount == 2)
  }

  @Test mutating func whoHasLeftIsNotMissed() throws {
    let key = try #require(enter(at: 0))
    room.leave(key)
    #expect(room.seat(key) == nil)
    #expect((room.strangerCount, room.guestCount) == (0, 0))
  }

  @Test(arguments: [16, 40, 256, 1024, 1_048_576])
  func peersHaveAtMostHalfOfTheDescriptors(_ limit: Int) {
    let bounds = ServiceBounds().fitting(descriptors: limit)
    #expect(bounds.strangers + bounds.guests <= max(8, limit / 2))
    #expect(bounds.strangers > 0 && bounds.guests > 0)
  }
}
