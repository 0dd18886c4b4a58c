import ControlModel
import Glibc

/// Where this Paddock keeps things and finds its own parts.
struct Installation: Sendable {
  let dataDirectory: String
  /// The Postgres that was named; `nil` for the embedded one.
  let databaseURL: String?

  /// What cannot be a data directory was refused when the command line was read (`StackOptions`); where a database was
  /// named, none need be there.
  init(dataDirectory: String?, databaseURL: String?) {
    let place = try? DataDirectory.choose(dataDirectory, variable: Self.variable)
    self.dataDirectory = Self.absolute(place ?? DataDirectory.shared)
    self.databaseURL = databaseURL ?? Self.variable("PADDOCK_DATABASE_URL")
  }

  var coreLog: String { dataDirectory + "/core.log" }
  var masterKey: String { dataDirectory + "/master.key" }

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// All variables of this process.
  static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee.map({ String(cString: $0) }) {
      if let mark = text.firstIndex(of: "=") {
        variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
      }
      entry += 1
    }
    return variables
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return path }
    let current = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return current + "/" + path
  }

  /// The program's own file.
  static var executable: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { return "/usr/local/bin/paddock" }
    let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // An upgrade has put another file in its place, which is the one to start from now on.
    let mark = " (deleted)"
    return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
  }

  /// A file that ships with Paddock: beside the program in a build, under `../libexec` or `../share/paddock` when
  /// installed, or in the checkout that the build folder lies in.
  static func shipped(_ name: String, sharedOnly: Bool = false) -> String? {
    let directory = String(executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)])
    var candidates = [
      directory + "/" + name, directory + "/../libexec/paddock/" + name, directory + "/../share/paddock/" + name,
    ]
    var folder = directory
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = String(folder[..<slash])
      candidates.append(folder + "/" + name)
    }
    return candidates.first { access($0, F_OK) == 0 }
  }

  static func runner() throws(ControlFailure) -> String {
    if let named = variable("PADDOCK_RUNNER") { return named }
    guard let path = shipped("paddock-runner") else {
      throw ControlFailure(
        .unsupported, "The program 'paddock-runner' was not found beside \(executable).",
        hint: "Build it with `swift build -c release`, or name it in PADDOCK_RUNNER.")
    }
    return path
  }
}
