import ControlModel

/// What an API server refuses or garbles, in the words that lists and a screen's head show; what its connection refuses is
/// `HTTPTransportError`.
package enum ClusterRefusal: String, ScreenWords {
  case credentials = "The API server does not accept these credentials, to …."
  case right = "… may not …."
  case admission = "The API server forbids to …: …"
  case admissionWithoutReason = "The API server forbids to …, and gives no reason."
  case unserved = "The cluster has no …: nothing serves … …."
  case other = "The API server refused to …: …"
  case noCredentials = "There are no credentials for the user …: …."
  case garbled = "… cannot be read: …."
  case endsWatches = "The API server ends each watch of … as soon as it is open."
}
