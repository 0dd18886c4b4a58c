import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Readiness

@Suite(.timeLimit(.minutes(2))) struct ReadinessSourceTests {
  private func makePipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    return (ends[0], ends[1])
  }

  private func wait(_ semaphore: DispatchSemaphore, _ milliseconds: Int = 60_000) -> Bool {
    semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  /// With dispatch sources in their place this ends the process within the first thousand pipes.
  @Test func pipesWhoseWritersGoAwayAreReadToTheirEnds() {
    let group = DispatchGroup()
    let read = Atomic(0)
    for lane in 0..<4 {
      group.enter()
      Lane(rounds: 5_000, queue: DispatchQueue(label: "lane \(lane)"), group: group) {
        read.add($0, ordering: .relaxed)
      }
      .next()
    }
    #expect(group.wait(timeout: .now() + 100) == .success)
    #expect(read.load(ordering: .relaxed) == 4 * 5_000 * 5)
  }

  @Test func aSuspendedSourceIsSilentAndAResumedOneTellsWhatWaited() {
    let (queue, told) = (DispatchQueue(label: "suspended"), DispatchSemaphore(value: 0))
    let pipe = makePipe()
    let source = ReadinessSource(pipe.read, for: .reading, queue: queue)
    source.setEventHandler {
      source.suspend()
      told.signal()
    }
    source.setCancelHandler { close(pipe.read) }
    write(pipe.write, "x", 1)
    #expect(!wait(told, 50))
    source.resume()
    #expect(wait(told))
    #expect(!wait(told, 50), "what is not read is told once more only when it is resumed")
    source.resume()
    #expect(wait(told))
    queue.sync { source.cancel() }
    close(pipe.write)
  }

  @Test func nothingIsToldBehindACancel() {
    let (queue, cancelled) = (DispatchQueue(label: "cancelled"), DispatchSemaphore(value: 0))
    for _ in 0..<500 {
      let pipe = makePipe()
      let isOver = Mutex(false)
      let source = ReadinessSource(pipe.read, for: .reading, queue: queue)
      source.setEventHandler { #expect(!isOver.withLock { $0 }) }
      source.setCancelHandler {
        close(pipe.read)
        cancelled.signal()
      }
      source.resume()
      write(pipe.write, "x", 1)
      queue.sync {
        source.cancel()
        source.cancel()
        isOver.withLock { $0 = true }
      }
      #expect(wait(cancelled))
      close(pipe.write)
    }
    #expect(!wait(cancelled, 20), "once each")
  }

  @Test func bothDirectionsOfASocketAreOneSource() {
    var ends: [Int32] = [-1, -1]
    precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let (queue, told) = (DispatchQueue(label: "both"), DispatchSemaphore(value: 0))
    for directions: ReadinessSource.Directions in [.writing, [.reading, .writing], .reading] {
      if directions == .reading { close(ends[1]) }
      let source = ReadinessSource(ends[0], for: directions, queue: queue)
      source.setEventHandler {
        source.cancel()
        told.signal()
      }
      source.resume()
      #expect(wait(told), "\(directions)")
    }
    close(ends[0])
  }

  @Test func whatTheKernelDoesNotWatchIsLookedAt() {
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    let told = DispatchSemaphore(value: 0)
    let source = ReadinessSource(file, for: .reading, queue: DispatchQueue(label: "file"))
    source.setEventHandler {
      source.cancel()
      told.signal()
    }
    source.setCancelHandler { close(file) }
    source.resume()
    #expect(wait(told))
  }
}

/// One pipe after the other, each read to its end while another thread writes and closes.
private final class Lane: Sendable {
  private let queue: DispatchQueue
  private let group: DispatchGroup
  private let left: Mutex<Int>
  private let count: @Sendable (Int) -> Void

  init(rounds: Int, queue: DispatchQueue, group: DispatchGroup, count: @escaping @Sendable (Int) -> Void) {
    (self.queue, self.group, self.count) = (queue, group, count)
    left = Mutex(rounds)
  }

  func next() {
    guard
      left.withLock({ left in
        left -= 1
        return left >= 0
      })
    else { return group.leave() }
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    let source = ReadinessSource(reader, for: .reading, queue: queue)
    source.setEventHandler {
      var buffer = [UInt8](repeating: 0, count: 64)
      var got = read(reader, &buffer, 64)
      while got > 0 {
        self.count(got)
        got = read(reader, &buffer, 64)
      }
      if got == 0 { source.cancel() }
    }
    source.setCancelHandler {
      close(reader)
      self.next()
    }
    source.resume()
    DispatchQueue.global().async {
      write(writer, "once\n", 5)
      close(writer)
    }
  }
}
