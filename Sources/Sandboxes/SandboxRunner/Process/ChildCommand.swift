import CSpawn
import Glibc
package import RunnerProtocol

/// A program to start: everything exactly as the process gets it.
package struct ChildCommand: Sendable, Hashable {
  package var arguments: [String]
  package var environment: [String: String]
  /// `nil`: the runner's own.
  package var directory: String?
  /// Where a program's name without a slash is looked up.
  package var searchPath: String
  /// `nil`: the runner's own.
  package var user: RunnerConfiguration.User?

  package init(
    arguments: [String], environment: [String: String], directory: String?, searchPath: String,
    user: RunnerConfiguration.User? = nil
  ) {
    self.user = user
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.searchPath = searchPath
  }

  /// The three descriptors that become the process's own. Its id, or why it could not be started.
  func start(input: Int32, output: Int32, error: Int32) throws(SystemError) -> pid_t {
    guard let program = arguments.first, let path = resolve(program) else { throw SystemError("execve", ENOENT) }
    var step: UnsafePointer<CChar>?
    let process = withCStrings(arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        path.withCString { path in
          withOptionalCString(directory) { directory in
            var request = cspawn_request(
              path: path, arguments: arguments, environment: environment, directory: directory,
              standard_input: input, standard_output: output, standard_error: error, change_user: user != nil,
              user: user?.id ?? 0, group: user?.group ?? 0)
            return cspawn_start(&request, &step)
          }
        }
      }
    }
    guard process > 0 else { throw SystemError(step.map { String(cString: $0) } ?? "fork", -process) }
    return process
  }

  private func resolve(_ program: String) -> String? {
    if program.contains("/") { return program }
    let candidates = searchPath.split(separator: ":").map { "\($0)/\(program)" }
    return candidates.first { access($0, X_OK) == 0 }
  }
}

private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("the list ends with nil, so it is not empty") }
    return body(base)
  }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
  guard let text else { return body(nil) }
  return text.withCString { body($0) }
}
