import Testing

@testable import PostgresClient

@Suite struct StatementCacheTests {
  @Test func theLeastRecentlyUsedStatementGoesFirst() {
    var cache = StatementCache(capacity: 2)
    let keys = ["a", "b", "c"].map { StatementCache.Key(sql: $0, types: []) }
    #expect(cache.insert(keys[0], name: "A") == nil)
    #expect(cache.insert(keys[1], name: "B") == nil)
    #expect(cache.name(of: keys[0]) == "A")
    #expect(cache.insert(keys[2], name: "C") == "B")
    #expect(cache.name(of: keys[1]) == nil)
    #expect(cache.count == 2)
  }

  @Test func delaysGrowToALimitAndNeverReachZero() {
    var backoff = Backoff(first: 0.1, longest: 1)
    let delays = (0..<10).map { _ in backoff.delay() }
    #expect(delays.allSatisfy { (0.05...1).contains($0) })
    backoff.reset()
    #expect(backoff.delay() <= 0.1)
  }
}
