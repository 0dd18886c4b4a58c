/// Whether `body` ends within the time; it goes on by itself if not. A caller that is cancelled waits all the same.
func ends(within seconds: Double, _ body: @escaping @Sendable () async -> Void) async -> Bool {
  let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
  let work = Task {
    await body()
    answer.yield(true)
  }
  let alarm = Task {
    try? await Task.sleep(for: .seconds(seconds))
    answer.yield(false)
  }
  let isOver = await Task { await answers.first { _ in true } ?? false }.value
  alarm.cancel()
  _ = work
  return isOver
}
