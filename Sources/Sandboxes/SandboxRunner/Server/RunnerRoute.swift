import ControlModel
import RunnerProtocol

/// What a request asks for; a pure function of its method and target.
enum RunnerRoute: Hashable {
  case events(after: Int64)
  case message
  case interrupt
  case decision(callID: String)
  case pause
  case limits
  case grace
  case status
  case session

  init(method: String, target: String) throws(RunnerRefusal) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts.first ?? "")
    let route: (method: String, make: RunnerRoute)
    switch path {
    case RunnerPath.events: route = ("GET", .events(after: try Self.after(parts.count > 1 ? parts[1] : "")))
    case RunnerPath.status: route = ("GET", .status)
    case RunnerPath.pause: route = ("PUT", .pause)
    case RunnerPath.limits: route = ("PUT", .limits)
    case RunnerPath.grace: route = ("PUT", .grace)
    case RunnerPath.session: route = ("PUT", .session)
    case RunnerPath.messages: route = ("POST", .message)
    case RunnerPath.interrupt: route = ("POST", .interrupt)
    default:
      guard let callID = RunnerPath.callID(of: path) else {
        throw RunnerRefusal(ControlFailure(.notFound, "The runner has no '\(path)'."))
      }
      route = ("POST", .decision(callID: callID))
    }
    guard method == route.method else {
      throw RunnerRefusal(
        ControlFailure(.invalidArgument, "'\(path)' takes \(route.method), not \(method)."), status: 405,
        allow: route.method)
    }
    self = route.make
  }

  private static func after(_ query: Substring) throws(RunnerRefusal) -> Int64 {
    for pair in query.split(separator: "&") where pair.hasPrefix("after=") {
      guard let seq = Int64(pair.dropFirst("after=".count)), seq >= 0 else {
        throw RunnerRefusal(ControlFailure(.invalidArgument, "'after' must be a number from 0."))
      }
      return seq
    }
    return 0
  }
}

/// A request that is answered with an error.
struct RunnerRefusal: Error, Hashable {
  var failure: ControlFailure
  var status: Int
  /// For 405.
  var allow: String?

  init(_ failure: ControlFailure, status: Int? = nil, allow: String? = nil) {
    self.failure = failure
    self.status = status ?? ErrorBody.status(of: failure.code)
    self.allow = allow
  }
}
