import AgentRuntimes
import ControlModel

extension Supervisor {
  func enqueue(_ actions: [RuntimeAction]) {
    pending.append(contentsOf: actions)
    drain()
  }

  /// Performs what is pending until it is done or the journal fails.
  func drain() {
    var mustSynchronize = false
    while let action = pending.first {
      do { try perform(action, &mustSynchronize) } catch {
        report(error)
        return
      }
      pending = pending.dropFirst()
    }
    pending = []
    if mustSynchronize { synchronize() } else { synchronizeSoon() }
    watchInput()
    heedBounds()
    heedEndOfTurn()
  }

  private func perform(_ action: RuntimeAction, _ mustSynchronize: inout Bool) throws(JournalError) {
    switch action {
    case .emit(let draft):
      try closeOpenEnds(before: draft)
      try append(markingStop(draft))
      // The end of a turn, and what waits for somebody, are worth a disk's delay at once.
      if draft.kind == .result || draft.kind == .approvalRequest { mustSynchronize = true }
    case .write(let bytes):
      inputWatch.restart()
      try write(bytes)
    case .closeInput: child?.input.closeWhenWritten()
    case .signal(let number): child?.signal(number)
    case .relaunch(let seconds): relaunch(afterSeconds: seconds)
    }
  }

  /// The one way into the journal: all that comes to it counts.
  private func append(_ draft: EventDraft) throws(JournalError) {
    let before = journal.size
    let event = try journal.append(draft, at: .now())
    meter.note(bytes: Int(journal.size - before), at: Self.now)
    requests.note(event.content)
    openEnds.take(event)
  }

  /// A runtime that asks without end and reads no answer: what it is not given is said, once until it reads again.
  private func write(_ bytes: [UInt8]) throws(JournalError) {
    guard let input = child?.input else { return }
    guard input.backlog + bytes.count > Self.answerLimit(timing.inputLimit) else {
      isAnswerLeftOut = false
      return input.write(bytes)
    }
    guard !isAnswerLeftOut else { return }
    let text =
      "The runtime does not read its input, where \(input.backlog) bytes wait; further answers to it are left out."
    try append(EventDraft(.error, text, name: "input", isError: true))
    isAnswerLeftOut = true
  }

  /// Messages have their own, smaller bound; all of them may have to be sent again to a new process, with each byte
  /// written as six.
  private static func answerLimit(_ inputLimit: Int) -> Int { inputLimit * 8 }

  /// What the event leaves without an answer gets an end first: no runtime comes back to it. One that does asks anew.
  /// Each is taken in as soon as it is written, so that a retry goes on with the rest.
  private func closeOpenEnds(before draft: EventDraft) throws(JournalError) {
    guard let (cause, entries) = openEnds.ended(by: draft) else { return }
    for entry in entries { try append(entry.closing(cause, at: .now())) }
  }

  /// A runtime that ends because its runner was told to is to go on later: nothing has finished or failed.
  private func markingStop(_ draft: EventDraft) -> EventDraft {
    guard phase == .stopping, draft.name == "runtime.exited" else { return draft }
    var draft = draft
    draft.isError = false
    draft.detail["stopped"] = true
    draft.detail["terminated"] = .bool(isTerminated)
    draft.detail["relaunches"] = nil
    return draft
  }

  /// Makes what is written durable and shows it to readers; on a failure the retry does it.
  func synchronize() {
    do { try journal.synchronize() } catch { report(error) }
  }

  private func synchronizeSoon() {
    guard journal.needsSynchronization, !isSynchronizationScheduled else { return }
    isSynchronizationScheduled = true
    after(timing.synchronizeSeconds) { supervisor in
      supervisor.isSynchronizationScheduled = false
      supervisor.synchronize()
    }
  }

  private func report(_ error: JournalError) {
    problem = error.failure.summary
    regulateOutput()
    guard !isRetryScheduled else { return }
    isRetryScheduled = true
    after(timing.retrySeconds) { $0.retry() }
  }

  private func retry() {
    isRetryScheduled = false
    let before = problem
    problem = nil
    synchronize()
    if problem == nil { drain() }
    guard problem == nil, let before else { return }
    let text = "Nothing could be recorded for a while, and the runtime had to wait: \(before)"
    enqueue([.emit(EventDraft(.error, text, name: "journal", isError: true))])
    regulateOutput()
  }
}
