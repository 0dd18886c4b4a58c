import Yams

/// Where in which file something stands; goes into every problem.
struct ConfigurationPlace: Sendable, Hashable {
  var path: String
  var line: Int?
  /// As `users[2].user.exec`.
  var place: String

  func failure(_ member: String = "", _ problem: String) -> KubernetesError {
    let place = member.isEmpty ? place : place.isEmpty ? member : "\(place).\(member)"
    return .configuration(ConfigurationProblem(path: path, line: line, place: place, problem: problem))
  }

  /// Relative paths in a kubeconfig start from the folder that it is in.
  func resolve(_ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = self.path.lastIndex(of: "/") else { return path }
    return "\(self.path[...slash])\(path)"
  }
}

/// One value of a kubeconfig, which knows where it stands. JSON is YAML, too.
struct ConfigurationNode {
  private let node: Node
  var rawNode: Node { node }
  let place: ConfigurationPlace

  /// `nil` for a file that says nothing. Of the parser's errors only the problem is told: they quote the file.
  init?(parsing text: String, path: String) throws(KubernetesError) {
    let start = ConfigurationPlace(path: path, line: nil, place: "")
    do {
      guard let root = try Yams.compose(yaml: text), root.null == nil else { return nil }
      guard root.mapping != nil else { throw start.failure("", "is not a kubeconfig: it is no mapping") }
      self.init(root, start)
    } catch let error as KubernetesError {
      throw error
    } catch {
      throw Self.failure(error, start)
    }
  }

  private init(_ node: Node, _ place: ConfigurationPlace) {
    self.node = node
    self.place = place
  }

  private static func failure(_ error: any Error, _ start: ConfigurationPlace) -> KubernetesError {
    var start = start
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      start.line = mark.line
      return start.failure("", "is not YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      start.line = context.mark.line
      return start.failure(keys.joined(separator: ", "), "is given twice")
    default: return start.failure("", "is not YAML")
    }
  }

  // MARK: Members

  /// `nil` when it is absent or null.
  func member(_ name: String) throws(KubernetesError) -> ConfigurationNode? {
    guard let mapping = node.mapping else { throw place.failure("", "must be a mapping") }
    for (key, value) in mapping where key.scalar?.string == name {
      guard value.null == nil else { return nil }
      let inner = place.place.isEmpty ? name : "\(place.place).\(name)"
      return ConfigurationNode(
        value, ConfigurationPlace(path: place.path, line: (key.mark ?? value.mark)?.line, place: inner))
    }
    return nil
  }

  /// Empty texts are as good as none, as for kubectl. A number is taken for a text: tokens may look like one.
  func text(_ name: String) throws(KubernetesError) -> String? {
    guard let value = try member(name) else { return nil }
    guard let scalar = value.node.scalar else { throw value.place.failure("", "must be a text") }
    return scalar.string.isEmpty ? nil : scalar.string
  }

  func requiredText(_ name: String) throws(KubernetesError) -> String {
    guard let text = try text(name) else { throw place.failure(name, "is missing") }
    return text
  }

  func flag(_ name: String) throws(KubernetesError) -> Bool {
    guard let value = try member(name) else { return false }
    guard let flag = value.node.bool else { throw value.place.failure("", "must be true or false") }
    return flag
  }

  func list(_ name: String) throws(KubernetesError) -> [ConfigurationNode] {
    guard let value = try member(name) else { return [] }
    guard let elements = value.node.sequence else { throw value.place.failure("", "must be a list") }
    return elements.enumerated().map { index, element in
      let inner = "\(value.place.place)[\(index)]"
      return ConfigurationNode(
        element, ConfigurationPlace(path: place.path, line: element.mark?.line, place: inner))
    }
  }

  func texts(_ name: String) throws(KubernetesError) -> [String] {
    var texts: [String] = []
    for element in try list(name) {
      guard let scalar = element.node.scalar else { throw element.place.failure("", "must be a text") }
      texts.append(scalar.string)
    }
    return texts
  }

  /// A mapping of names to lists of texts.
  func textLists(_ name: String) throws(KubernetesError) -> [(name: String, texts: [String])] {
    guard let value = try member(name) else { return [] }
    guard let mapping = value.node.mapping else { throw value.place.failure("", "must be a mapping") }
    var lists: [(name: String, texts: [String])] = []
    for (key, _) in mapping {
      guard let key = key.scalar?.string else { continue }
      lists.append((key, try value.texts(key)))
    }
    return lists
  }
}
