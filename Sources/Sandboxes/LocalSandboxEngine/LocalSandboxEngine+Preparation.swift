import ControlModel
import Glibc
import SessionWorkspace

extension LocalSandboxEngine {
  /// Makes the workspace ready and starts the runner, without anybody waiting: a clone may take minutes.
  func startPreparation(of record: SandboxRecord) {
    guard preparations[record.uid] == nil else { return }
    Task { await prepare(record) }
  }

  private func prepare(_ record: SandboxRecord) async {
    let paths = paths(of: record.request.session)
    // Taken: another engine is at it, or a preparation that was cancelled is still leaving.
    guard let guarding = try? await SessionLock.acquire(path: paths.preparationLock) else { return }
    guard let current = load(paths), current.isStill(record), preparations[record.uid] == nil else { return }
    let outcome = await runPreparation(record, paths)
    preparations[record.uid] = nil
    await conclude(record, paths, outcome)
    _ = consume guarding
  }

  private func runPreparation(
    _ record: SandboxRecord, _ paths: SessionPaths
  ) async -> Result<ChildCommand.Outcome, ControlFailure> {
    do throws(ControlFailure) {
      let command = try preparationCommand(record, paths)
      preparations[record.uid] = command
      return .success(try await command.run())
    } catch {
      return .failure(error)
    }
  }

  private func preparationCommand(_ record: SandboxRecord, _ paths: SessionPaths) throws(ControlFailure) -> ChildCommand
  {
    var preparation = WorkspacePreparation(record.request.agent.spec)
    preparation.cloneLimit = configuration.cloneLimit
    // The agent may have put anything there, and it is not followed; whatever it is, nothing is cloned beside it.
    let isThere = entryExists("\(paths.volume)/\(preparation.directory)")
    var jail = try emptyJail(record, paths, network: preparation.isRemote && !isThere ? .host : .none)
    if !isThere, let path = preparation.localRepository {
      let repository = try hostRepository(path, preparation)
      preparation.localSource = repository.localSource
      jail.readOnly = repository.directories
    }
    return ChildCommand(command: jail.launcher + preparation.command, environment: preparation.environment)
  }

  private func hostRepository(
    _ path: String, _ preparation: WorkspacePreparation
  ) throws(ControlFailure) -> HostRepository {
    let access = try hostAccess()
    do throws(ControlFailure) { return try HostRepository(path, access: access) } catch {
      throw ControlFailure(
        error.code, WorkspaceEnd.notCloned.told(preparation.subject, error.summary), hint: error.hint)
    }
  }

  /// Asked for anew each time: what is mounted and what an administrator allows may have changed.
  func hostAccess() throws(ControlFailure) -> HostAccess {
    HostAccess(
      dataDirectory: configuration.dataDirectory, roots: try LocalRoots.read(in: configuration.dataDirectory),
      owner: machine.isRoot ? nil : geteuid(), mounts: .current())
  }

  /// The sandbox may have been suspended, deleted or replaced meanwhile: only what is recorded now counts.
  private func conclude(
    _ record: SandboxRecord, _ paths: SessionPaths, _ outcome: Result<ChildCommand.Outcome, ControlFailure>
  ) async {
    guard let lock = try? await SessionLock.acquire(path: paths.lock), var current = load(paths),
      current.isStill(record)
    else { return }
    do throws(ControlFailure) {
      let outcome = try outcome.get()
      if outcome.status == 0 {
        try await startRunner(&current, paths)
      } else {
        var preparation = WorkspacePreparation(record.request.agent.spec)
        preparation.cloneLimit = configuration.cloneLimit
        current.enter(
          .failed, message: preparation.failureMessage(status: outcome.status, output: outcome.output), at: .now())
      }
    } catch {
      current.enter(.failed, message: error.description, at: .now())
    }
    await settle(current, paths)
    _ = consume lock
  }

  private func settle(_ record: SandboxRecord, _ paths: SessionPaths) async {
    do throws(ControlFailure) {
      try save(record, paths)
      watch(record)
    } catch {
      // A runner that could not be recorded must not stay: the next engine would start a second one.
      await stop(record)
      broadcast.notify()
    }
  }
}
