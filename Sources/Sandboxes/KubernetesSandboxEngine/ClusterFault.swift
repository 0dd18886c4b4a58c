import ControlModel

/// What keeps sessions of a cluster from being seen, reached or ended, in the engine's words; an API server's own stand
/// behind them, or alone.
package enum ClusterFault: String, ScreenWords {
  case unseen = "The cluster's sandboxes are not known: …"
  case remains = "… has not ended yet."
  case unreached = "No connection to the runner at …: …"
}
