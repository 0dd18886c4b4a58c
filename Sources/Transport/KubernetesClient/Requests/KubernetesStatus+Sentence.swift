import ControlModel

extension RequestSubject: CustomStringConvertible {
  /// `get pods/log of web in team-a`, in the words of roles.
  package var description: String {
    var text = "\(verb) \(resource)"
    if let name { text += " \(name)" }
    if let namespace, type.isNamespaced { text += " in \(namespace)" }
    return text
  }

  /// `pods/log`, `sandboxes.agents.x-k8s.io`.
  var resource: String {
    let plural = subresource.map { "\(type.plural)/\($0)" } ?? type.plural
    return type.group.isEmpty ? plural : "\(plural).\(type.group)"
  }

  fileprivate var object: String { name.map { type.describe($0, in: namespace) } ?? resource }
}

extension KubernetesStatus {
  func sentence(about subject: RequestSubject) -> String {
    switch code {
    case 401: ClusterRefusal.credentials.told("\(subject)")
    case 403: forbiddenSentence(subject)
    case 404 where name == nil || subject.name == nil && subject.verb != "create":
      ClusterRefusal.unserved.told(subject.resource, subject.type.apiVersion, subject.type.kind)
    case 404: "There is no \(foundMissing(subject))."
    case 409 where isAlreadyExists: "There is a \(subject.object) already."
    case _ where isConflict: "\(subject.object) is not as it was: \(ended(message))"
    default: ClusterRefusal.other.told("\(subject)", ended(message.isEmpty ? "\(reason) (\(code))" : message))
    }
  }

  /// RBAC names the user and the right; a quota or another admission rule has reasons of its own.
  private func forbiddenSentence(_ subject: RequestSubject) -> String {
    var subject = subject
    guard let user else {
      guard message.hasSuffix("is forbidden: ") else {
        return ClusterRefusal.admission.told("\(subject)", ended(message))
      }
      // So it refuses an apply of what is not there by who may not create it.
      if subject.verb == "patch" { subject.verb = "create" }
      return ClusterRefusal.admissionWithoutReason.told("\(subject)")
    }
    // The method of a request is not always the verb that was looked for.
    if let verb = refusedVerb { subject.verb = verb }
    return ClusterRefusal.right.told(user, "\(subject)")
  }

  /// For whom, as an authorizer's refusal says it: `User "alice" cannot list resource …`.
  package var user: String? { refusal.map { String($0.user) } }

  private var refusedVerb: String? { refusal.map { String($0.verb) } }

  private var refusal: (user: Substring, verb: Substring)? {
    guard let start = message.firstRange(of: "User \"") else { return nil }
    let rest = message[start.upperBound...]
    guard let middle = rest.firstRange(of: "\" cannot ") else { return nil }
    return (rest[..<middle.lowerBound], rest[middle.upperBound...].prefix { $0 != " " })
  }

  /// What is missing may be another object than the one that was asked for: the namespace, say.
  private func foundMissing(_ subject: RequestSubject) -> String {
    guard let name, name != subject.name, let kind = json["details"]?["kind"]?.stringValue else {
      return subject.object
    }
    return "\(kind) \(name)"
  }

  private func ended(_ text: String) -> String { text.hasSuffix(".") ? text : "\(text)." }
}
