import ControlModel
import Glibc
import PostgresClient

/// The password of the database's login, typed where there is somebody to type it.
enum TypedPassword {
  /// nil where the server wants none, or one from elsewhere was wrong, or there is no terminal.
  static func read(for url: String) async throws(ControlFailure) -> String? {
    let configuration = PostgresConfiguration(url: url)
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1,
      await PostgresConnection.needsPassword(configuration)
    else { return nil }
    let value = try SecretPrompt.read("Password for \(SafeText.line(configuration.description)): ", atMost: 1024)
    return value.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
