import ArgumentParser
import ControlModel
import LocalSandboxEngine
import SessionHistory

struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Stop the embedded stack: sandboxes, core and Postgres.",
    discussion: """
      Sessions that were running come back with the next `paddock up`, where they were. Sandboxes on a cluster are no \
      part of the embedded stack: they are left working.
      """)

  @Flag(name: .customLong("keep-sandboxes"), help: "Leave the agents working; they journal on without the core.")
  var keepSandboxes = false
  @Option(help: "Seconds for turns that run to come to their end; without it they are cut, and go on with the next up.")
  var wait = 0
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...86_400).contains(wait) else { throw ValidationError("--wait must be from 0 to 86400 seconds.") }
    if wait > 0, keepSandboxes { throw ValidationError("--keep-sandboxes leaves turns running: do not give --wait.") }
  }

  func run() async throws {
    let installation = common.stack.installation
    try installation.requireOwn("Stopping")
    // First: it would start again what is stopped here.
    let supervisor = StackProcess(.supervisor, of: installation)
    try await supervisor.stop()
    // Whoever starts meanwhile would leave half a stack behind.
    let lock = try await StartLock.acquireToStop(in: installation.dataDirectory)
    defer { lock?.release() }
    try await StackProcess(of: installation).stop()
    // A core that was just about to look whether it is there may have started another.
    try await supervisor.stop()
    // No core keeps them any more, and the database's end has to be written.
    installation.giveBackReserves()
    if !keepSandboxes { try await refuseUnderAnotherCore(installation) }
    // The agents first, and whatever fails of it, the rest all the same: what is left running costs money.
    var ended = keepSandboxes ? EndedSandboxes() : await endSandboxes(installation)
    var isDown = ended.survivors.isEmpty
    do throws(ControlFailure) { try await installation.stopDatabase() } catch {
      ended.problems.append(error.description)
      isDown = false
    }
    report(ended, isDown: isDown)
    if !isDown { throw ExitCode.failure }
  }

  private func report(_ ended: EndedSandboxes, isDown: Bool) {
    for problem in ended.problems.prefix(5) { StandardError.say("paddock: \(problem)") }
    if ended.problems.count > 5 { StandardError.say("paddock: and \(ended.problems.count - 5) more of the kind.") }
    for pid in ended.survivors { StandardError.say("paddock: Process \(pid) does not end, not even by SIGKILL.") }
    let json: JSONObject = [
      "stoppedSandboxes": JSONValue(ended.count), "problems": .array(ended.problems.map(JSONValue.string)),
    ]
    Report.print(.object(json), as: common.output) {
      let sandboxes = ended.count == 1 ? "1 sandbox was" : "\(ended.count) sandboxes were"
      return isDown ? "Paddock is down; \(sandboxes) stopped.\n" : "Paddock is not wholly down.\n"
    }
  }

  /// A core that is still at work would start again what is stopped here, and the agents would outlive the stack.
  private func refuseUnderAnotherCore(_ installation: Installation) async throws {
    guard let url = try? await installation.reachableDatabase(),
      let stores = try? await Stores.open(url: url, schema: .any, as: .command)
    else {
      return
    }
    // A database that does not answer, as one whose disk is full, is no reason to leave agents at work.
    var holder = try? await stores.history.leaseHolder()
    // The database may notice the end of a core that was killed a moment later than we do.
    for _ in 0..<40 where holder != nil {
      try await Task.sleep(for: .milliseconds(50))
      holder = try? await stores.history.leaseHolder()
    }
    await stores.close()
    guard let holder else { return }
    throw ControlFailure(
      .refused, "Another core (\(holder)) is at work on this database and would start the sandboxes again.",
      hint: "Close that console or end that core first, or leave the agents working with --keep-sandboxes.")
  }

  /// Those of a cluster are no part of the stack. A record of the engine that cannot be read keeps nothing alive.
  private func endSandboxes(_ installation: Installation) async -> EndedSandboxes {
    var ended = EndedSandboxes()
    do throws(ControlFailure) {
      if try installation.engineChoice().engine == .kubernetes { return ended }
    } catch {
      ended.problems.append(error.summary)
    }
    do throws(ControlFailure) {
      var all = await (try installation.openLocalEngineToEnd()).endAll(turnSeconds: Double(wait))
      all.problems = ended.problems + all.problems
      return all
    } catch {
      ended.problems.append(error.summary)
      return ended
    }
  }
}
