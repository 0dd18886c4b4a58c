import ControlModel

/// How a runtime that failed has ended: the reason of a session that is `failed`.
package enum RuntimeEnd: String, ScreenWords {
  case failed = "… failed with exit code …"
  case notExecutable = "… failed: the command cannot be executed (exit code 126)"
  case notFound = "… failed: the command was not found (exit code 127)"
  case killed = "… was killed by …"
  case outOfMemory = "… was killed because it went over its memory limit (spec.limits.memory)"
  case notStarted = "… could not be started: …"
  case noThread = "… could not open its thread: …"
  case givenUp = "…, … times in a row; it is not started again"
}
