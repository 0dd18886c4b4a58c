import ControlModel

/// Why this machine makes no jail, or does not start what is to run in it.
package enum JailFault: String, ScreenWords {
  case noBubblewrap = "bubblewrap is not installed, and local sandboxes need it."
  case noSetpriv = "setpriv is not installed."
  case noRunner = "The runner '…' is missing or cannot be executed."
  case variable = "The environment variable '…' of agent '…' is not valid."
  case dangerousVariable = "The environment variable '…' of agent '…' would act outside its sandbox."
  /// `SessionReason.repository` behind the name.
  case agent = "Agent '…': …"
  case hiddenCommand = "The agent's command '…' cannot be shown to its jail: …."
  case system = "Paddock could not … '…': …."
}
