import ControlModel

/// Why there is no working tree to start in: the reason of a session that is `failed`.
package enum WorkspaceEnd: String, ScreenWords {
  case notCloned = "… could not be cloned: …."
  case notReady = "The workspace could not be made ready: …."
}
