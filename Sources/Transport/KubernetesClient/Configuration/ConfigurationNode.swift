import BoundedYAML

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
  /// One of several hundred clusters with their certificates is as large as this.
  private static let greatestSize = 8 << 20

  let node: YAMLNode
  let place: ConfigurationPlace

  /// `nil` for a file that says nothing. Of the parser's errors only the problem is told: they quote the file.
  init?(parsing text: String, path: String) throws(KubernetesError) {
    var start = ConfigurationPlace(path: path, line: nil, place: "")
    let root: YAMLNode?
    do { root = try YAMLDocuments.readOne(text, YAMLLimits(size: Self.greatestSize), keepsRepeated: true) } catch {
      start.line = error.line
      throw start.failure("", error.problem)
    }
    guard let root = root?.merged, !root.isNull else { return nil }
    guard root.members != nil else { throw start.failure("", "is not a kubeconfig: it is no mapping") }
    self.init(root, start)
  }

  private init(_ node: YAMLNode, _ place: ConfigurationPlace) {
    self.node = node
    self.place = place
  }

  // MARK: Members

  /// `nil` when it is absent or null.
  func member(_ name: String) throws(KubernetesError) -> ConfigurationNode? {
    guard let members = node.members else { throw place.failure("", "must be a mapping") }
    let named = members.filter { $0.name == name }
    guard let member = named.first else { return nil }
    let inner = place.place.isEmpty ? name : "\(place.place).\(name)"
    var innerPlace = ConfigurationPlace(path: place.path, line: member.line ?? member.value.line, place: inner)
    guard named.count == 1 else {
      innerPlace.line = named.last?.line
      throw innerPlace.failure("", "is given twice")
    }
    return member.value.isNull ? nil : ConfigurationNode(member.value, innerPlace)
  }

  /// Empty texts are as good as none, as for kubectl. A number is taken for a text: tokens may look like one.
  func text(_ name: String) throws(KubernetesError) -> String? {
    guard let value = try member(name) else { return nil }
    guard let text = value.node.text else { throw value.place.failure("", "must be a text") }
    return text.isEmpty ? nil : text
  }

  func requiredText(_ name: String) throws(KubernetesError) -> String {
    guard let text = try text(name) else { throw place.failure(name, "is missing") }
    return text
  }

  func flag(_ name: String) throws(KubernetesError) -> Bool {
    guard let value = try member(name) else { return false }
    guard let flag = value.node.flag else { throw value.place.failure("", "must be true or false") }
    return flag
  }

  func list(_ name: String) throws(KubernetesError) -> [ConfigurationNode] {
    guard let value = try member(name) else { return [] }
    guard let elements = value.node.list else { throw value.place.failure("", "must be a list") }
    return elements.enumerated().map { index, element in
      let inner = "\(value.place.place)[\(index)]"
      return ConfigurationNode(
        element, ConfigurationPlace(path: place.path, line: element.line, place: inner))
    }
  }

  func texts(_ name: String) throws(KubernetesError) -> [String] {
    var texts: [String] = []
    for element in try list(name) {
      guard let text = element.node.text else { throw element.place.failure("", "must be a text") }
      texts.append(text)
    }
    return texts
  }

  /// A mapping of names to lists of texts.
  func textLists(_ name: String) throws(KubernetesError) -> [(name: String, texts: [String])] {
    guard let value = try member(name) else { return [] }
    guard let members = value.node.members else { throw value.place.failure("", "must be a mapping") }
    var lists: [(name: String, texts: [String])] = []
    for member in members { lists.append((member.name, try value.texts(member.name))) }
    return lists
  }
}
