package import ControlModel

/// The API server's own account of a failure, kept whole.
package struct KubernetesStatus: Sendable, Hashable {
  package struct Cause: Sendable, Hashable {
    package var reason: String
    /// The path of a field, in a validation error.
    package var field: String
    package var message: String
  }

  /// `v1.Status`, with everything that the server put into it.
  package var json: JSONValue
  /// The HTTP status, which stands in where the body does not say one.
  package var code: Int
  /// The answer was no `Status`: it came from a proxy, or from what a proxy leads to.
  package private(set) var isForeign = false
  /// In seconds; some answers say it in their head only.
  package var retryAfterHeader: Int64?

  /// `nil` for anything that is not a `Status`.
  package init?(_ json: JSONValue, httpStatus: Int? = nil) {
    guard json["kind"]?.stringValue == "Status", let code = json["code"]?.integerValue.map(Int.init) ?? httpStatus
    else { return nil }
    self.json = json
    self.code = code
  }

  /// What an answer without a `Status` amounts to: proxies and load balancers answer in their own words.
  package init(httpStatus: Int, body: [UInt8]) {
    if let parsed = try? JSONValue(parsing: body), let status = KubernetesStatus(parsed, httpStatus: httpStatus) {
      self = status
      return
    }
    let text = String(decoding: body.prefix(Self.longestForeignText), as: UTF8.self)
    code = httpStatus
    isForeign = true
    json = [
      "kind": "Status", "status": "Failure", "code": JSONValue(httpStatus), "message": .string(Self.oneLine(text)),
    ]
  }

  /// Bytes of a body that is no `Status` that are worth keeping.
  private static let longestForeignText = 400

  package var isSuccess: Bool { json["status"]?.stringValue == "Success" }
  /// One word for programs: `NotFound`, `AlreadyExists`, `Conflict`, `Forbidden`, `Expired`, …; may be empty.
  package var reason: String { json["reason"]?.stringValue ?? "" }
  package var message: String { json["message"]?.stringValue ?? "" }
  package var causes: [Cause] {
    json["details"]?["causes"].list {
      Cause(
        reason: $0["reason"]?.stringValue ?? "", field: $0["field"]?.stringValue ?? "",
        message: $0["message"]?.stringValue ?? "")
    } ?? []
  }
  /// The name of the object that the failure is about.
  package var name: String? { json["details"]?["name"]?.stringValue }
  /// How long the server asks to be left alone; whatever it says, it is asked again after `longestPause`.
  package var retryAfter: Duration? {
    let seconds = max(json["details"]?["retryAfterSeconds"]?.integerValue ?? 0, retryAfterHeader ?? 0)
    return seconds > 0 ? .seconds(min(seconds, Self.longestPause)) : nil
  }

  private static let longestPause: Int64 = 600
  /// Where a list that took too long may go on, at a newer state.
  package var continueToken: String? { json["metadata"]?["continue"]?.stringValue }

  private static func oneLine(_ text: String) -> String {
    text.split { $0.isNewline || $0.isWhitespace }.joined(separator: " ")
  }
}

extension KubernetesStatus {
  package var isNotFound: Bool { code == 404 }
  package var isForbidden: Bool { code == 403 }
  package var isUnauthorized: Bool { code == 401 }
  /// 409 says both, so the reason has to tell them apart.
  package var isAlreadyExists: Bool { code == 409 && reason == "AlreadyExists" }
  /// A patch that names another uid is told that uids do not change.
  package var isConflict: Bool {
    code == 409 && reason != "AlreadyExists" || code == 422 && causes.contains { $0.field == "metadata.uid" }
  }
  package var isInvalid: Bool { code == 422 }
  /// The version that was asked for is gone: list again.
  package var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }
  /// The server lags behind the version that was asked for, or that version is of another life of its store.
  package var isResourceVersionTooLarge: Bool {
    causes.contains { $0.reason == "ResourceVersionTooLarge" } || message.contains("Too large resource version")
  }
}
