import Glibc

/// The program under test, and what the environment says about the benchmarks.
enum Program {
  /// Beside this one: both come from the same build.
  static let paddock: String = {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/paddock"
  }()

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  static func number(_ name: String, default number: Int) -> Int {
    variable(name).flatMap { Int($0) } ?? number
  }
}

extension BenchmarkDatabase {
  /// For a program that works with this database and with nothing else of the machine.
  func environment(_ workbench: Workbench) -> [String: String] {
    [
      "PATH": Program.variable("PATH") ?? "/usr/bin:/bin", "HOME": workbench.folder, "TERM": "xterm-256color",
      "LC_ALL": "C.UTF-8", "PADDOCK_DATABASE_URL": url, "PADDOCK_DATA_DIR": workbench.folder + "/paddock",
    ]
  }
}

/// What a program printed to its end, standard error included.
struct ProgramOutput: Sendable {
  let status: Int32
  let text: String

  static func of(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProgramOutput {
    try await blocking {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw BenchmarkFailure("no pipe: errno \(errno)") }
      // The writing end would keep the reading one open in the child.
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let child = try Child(arguments, environment: environment, output: ends[1])
      close(ends[1])
      defer { close(ends[0]) }
      var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      while case let count = read(ends[0], &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
      return ProgramOutput(status: child.wait(), text: String(decoding: bytes, as: UTF8.self))
    }
  }
}
