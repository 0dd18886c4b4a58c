import ControlModel
import Glibc
import ProcessIdentity

/// What a jail must show so that the agent's program can be started in it.
struct AgentCommand: Sendable, Hashable {
  var readOnly: [String] = []
  /// Path inside to target.
  var links: [String: String] = [:]

  /// A program below `/usr`, and one that is looked up in the `PATH`, is there anyway. Of any other only its own file is
  /// shown, with the programs beside it that bear its name and more (`codex-code-mode-host` for `codex`); the rest of an
  /// installation where it is known to be one. A program that is missing is left to the runtime to report.
  init(
    _ program: String?, access: @autoclosure () throws(ControlFailure) -> HostAccess,
    resolve: (String) -> String? = realPath,
    isProgram: (String) -> Bool = Self.isProgram, names: (String) -> [String]? = namesIn
  ) throws(ControlFailure) {
    guard let program, program.hasPrefix("/") else { return }
    let real = resolve(program)
    if let real, Self.isSystem(real) { return }
    let access = try access()
    let mayTell = access.mayTell(of: program) || Self.isSystem(program) || program.hasPrefix("/opt/")
    guard let real else {
      if mayTell { return }
      throw Self.refusal(program, Self.nothingToShow)
    }
    if let objection = access.objection(toShowing: real) {
      throw Self.refusal(program, mayTell ? objection : Self.nothingToShow)
    }
    guard isProgram(real) else {
      throw Self.refusal(program, mayTell ? "it is no file that can be executed" : Self.nothingToShow)
    }
    let folder = access.installation(of: real).flatMap { access.objection(toShowing: $0) == nil ? $0 : nil }
    let shown = folder ?? real
    readOnly = folder.map { [$0] } ?? [real] + Self.companions(of: real, isProgram, names)
    let isShown = program == real || program.hasPrefix(shown + "/")
    if !isShown && !Self.isSystem(program) { links[program] = real }
  }

  /// The same of whatever is no program, and of what is not there: which paths root has is not every operator's to learn.
  private static let nothingToShow = "no program is there that may be shown"

  private static func isSystem(_ path: String) -> Bool {
    ["/usr/", "/bin/", "/lib/", "/lib64/", "/sbin/"].contains { path.hasPrefix($0) }
  }

  /// A file that nobody executes is no program, but perhaps somebody's secret.
  static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
  }

  private static func companions(
    of program: String, _ isProgram: (String) -> Bool, _ names: (String) -> [String]?
  ) -> [String] {
    let directory = directoryOf(program)
    let paths = (names(directory) ?? []).map { directory == "/" ? "/\($0)" : "\(directory)/\($0)" }
    let theirs = paths.filter { $0.hasPrefix(program + "-") && isProgram($0) }.sorted()
    return Array(theirs.prefix(JailArguments.mostReadOnly - 1))
  }

  private static func refusal(_ program: String, _ why: String) -> ControlFailure {
    ControlFailure(.permissionDenied, JailFault.hiddenCommand.told(program, why))
  }
}
