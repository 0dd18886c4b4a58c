import ControlModel
package import HTTPTransport

/// Why a cluster cannot be spoken to, or did not do what it was asked. No text in it holds a secret.
package enum KubernetesError: Error, Sendable, Hashable {
  /// What says how to reach the cluster cannot be used.
  case configuration(ConfigurationProblem)
  /// There is nothing to show to the API server. `user` is the user's name in the kubeconfig; `reason` ends a sentence.
  case credentials(user: String, reason: String)
  /// The API server was not reached, or did not answer as HTTP.
  case transport(HTTPTransportError)
  /// The API server refused; its words are kept whole.
  case refused(KubernetesStatus, RequestSubject)
  /// It answered something that it should not. `subject` begins a sentence, `reason` ends one.
  case unreadable(subject: String, reason: String)
  /// It ends every watch of this as soon as it is open.
  case streamEndsAtOnce(ResourceType)
}

/// What is wrong with a kubeconfig, or with a file that it names.
package struct ConfigurationProblem: Sendable, Hashable {
  /// The file; `nil` where no file is to blame.
  package var path: String?
  /// Counted from 1, where the file has been read that far.
  package var line: Int?
  /// As `users[2].user.exec.command`; empty for the file as a whole.
  package var place: String
  /// Follows the place: `is missing`.
  package var problem: String

  package init(path: String?, line: Int? = nil, place: String = "", problem: String) {
    self.path = path
    self.line = line
    self.place = place
    self.problem = problem
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  package var description: String {
    let position = path.map { path in line.map { "\(path), line \($0)" } ?? path }
    return switch (position, place.isEmpty) {
    case (let position?, false): "\(position): \(place) \(problem)."
    case (let position?, true): "\(position) \(problem)."
    case (nil, false): "\(place) \(problem)."
    case (nil, true): "\(problem)."
    }
  }
}

extension KubernetesError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .configuration(let problem): problem.description
    case .credentials(let user, let reason): ClusterRefusal.noCredentials.told(user, reason)
    case .transport(let error): error.description
    case .refused(let status, let subject): status.sentence(about: subject)
    case .unreadable(let subject, let reason): ClusterRefusal.garbled.told(subject, reason)
    case .streamEndsAtOnce(let type): ClusterRefusal.endsWatches.told(type.plural)
    }
  }
}
