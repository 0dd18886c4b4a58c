package import ControlModel
package import KubernetesClient

extension ControlFailure {
  package init(_ error: KubernetesError) {
    self.init(Self.code(of: error), error.description, hint: nil)
  }

  private static func code(of error: KubernetesError) -> Code {
    guard let status = error.status else { return .unavailable }
    if status.isAlreadyExists { return .alreadyExists }
    return switch status.code {
    case 400, 422: .invalidArgument
    case 401, 403: .permissionDenied
    case 404: .notFound
    case 409: .conflict
    default: .unavailable
    }
  }
}
