package import ControlModel
import Glibc
import ProcessIdentity

extension RunnerProgram {
  /// Copies the running program to `DIRECTORY/paddock-runner`, for a container of another image to start: it is there as a
  /// whole or not at all, for everybody to execute.
  package static func install(into directory: String) throws(ControlFailure) {
    guard let program = readFile("/proc/self/exe") else {
      throw ControlFailure(.unavailable, "The runner cannot read itself: \(SystemError.last("open")).")
    }
    let path = directory + "/paddock-runner"
    do throws(SystemError) { try DurableFile.replace(path, with: program, mode: 0o755) } catch {
      throw ControlFailure(.unavailable, "The runner cannot be installed as '\(path)': \(error).")
    }
  }
}
