import Glibc

/// Which kubeconfig files count, in kubectl's order: the one that was named, those of `KUBECONFIG`, `~/.kube/config`.
package struct KubeconfigSource: Sendable {
  /// `--kubeconfig`: this file alone, and it must be there.
  package var explicitPath: String?
  package var environment: [String: String]

  package init(explicitPath: String? = nil, environment: [String: String] = Self.processEnvironment) {
    self.explicitPath = explicitPath
    self.environment = environment
  }

  package static var processEnvironment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  /// Files that are not there are passed over.
  package func load() throws(KubernetesError) -> Kubeconfig {
    var merged = Kubeconfig()
    for path in paths {
      let bytes: [UInt8]?
      do throws(ConfigurationProblem) {
        bytes = try explicitPath == nil ? ConfigurationFile.read(path) : ConfigurationFile.required(path)
      } catch {
        throw .configuration(error)
      }
      guard let bytes else { continue }
      guard let text = ConfigurationFile.text(bytes) else {
        throw .configuration(ConfigurationProblem(path: path, problem: "is not a text in UTF-8 or UTF-16"))
      }
      merged.merge(try Kubeconfig(parsing: text, path: path))
    }
    return merged
  }

  /// Absolute, so that the files they name are found from anywhere.
  package var paths: [String] {
    if let explicitPath { return [absolute(explicitPath)] }
    if let list = environment["KUBECONFIG"], !list.isEmpty {
      var paths: [String] = []
      for path in list.split(separator: ":").map({ absolute(String($0)) }) where !paths.contains(path) {
        paths.append(path)
      }
      return paths
    }
    return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
  }

  private func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }
}
