/// The secret that every request carries.
struct BearerToken: Sendable {
  private let bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// Takes as long for a wrong token as for the right one: how much of it was right must not show.
  func admits(_ header: String?) -> Bool {
    let prefix = "bearer "
    guard let header, header.prefix(prefix.count).lowercased() == prefix else { return false }
    return matches(header.dropFirst(prefix.count))
  }

  /// As `RunnerPath.tokenHeader` carries it.
  func admits(bare header: String?) -> Bool {
    header.map { matches($0[...]) } ?? false
  }

  private func matches(_ text: Substring) -> Bool {
    let offered = Array(text.utf8)
    guard !bytes.isEmpty else { return false }
    var difference = UInt(bitPattern: offered.count ^ bytes.count)
    for (index, byte) in offered.enumerated() { difference |= UInt(byte ^ bytes[index % bytes.count]) }
    return difference == 0
  }
}
