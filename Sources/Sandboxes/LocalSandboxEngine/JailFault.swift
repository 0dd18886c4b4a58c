import ControlModel

/// Why this machine makes no jail, or does not start what is to run in it.
package enum JailFault: String, ScreenWords {
  case noBubblewrap = "bubblewrap is not installed, and local sandboxes need it."
  case hiddenCommand = "The agent's command '…' cannot be shown to its jail: …."
  case system = "Paddock could not … '…': …."
}
