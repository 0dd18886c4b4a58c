package import ControlModel

/// One line of a log, byte for byte as it was written: all lines together are the log.
package struct PodLogLine: Sendable, Hashable {
  /// When the node read it; where that was asked for, and for the first piece of a line only.
  package var timestamp: Timestamp?
  /// Nobody has said when: where times were asked for, the node speaks of itself and no program has written this.
  package var isUntimed: Bool { timestamp == nil && !continues }
  /// A later piece of an overlong line.
  package var continues = false
  /// With its end, if it has one: the last line may lack it, and so do the pieces of an overlong one.
  package var bytes: [UInt8]

  /// Without its end.
  package var content: ArraySlice<UInt8> {
    guard bytes.last == UInt8(ascii: "\n") else { return bytes[...] }
    let line = bytes.dropLast()
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }
}

/// Cuts a log into lines, wherever its pieces end.
struct PodLogFraming: Sendable {
  /// A line that is longer comes in pieces of this size, in bytes: a program may never end its line.
  let maximumLength: Int
  let hasTimestamps: Bool
  private var partial: [UInt8] = []
  private var isWithinLine = false

  init(hasTimestamps: Bool, maximumLength: Int = 1 << 20) {
    self.hasTimestamps = hasTimestamps
    self.maximumLength = maximumLength
  }

  mutating func append(_ bytes: [UInt8]) -> [PodLogLine] {
    var lines: [PodLogLine] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      partial += rest[...end]
      rest = rest[(end + 1)...]
      lines.append(take())
      isWithinLine = false
    }
    partial += rest
    if partial.count >= maximumLength {
      lines.append(take())
      isWithinLine = true
    }
    return lines
  }

  /// What follows the last end of a line.
  mutating func finish() -> PodLogLine? {
    partial.isEmpty ? nil : take()
  }

  private mutating func take() -> PodLogLine {
    defer { partial = [] }
    guard hasTimestamps, !isWithinLine, let space = partial.firstIndex(of: UInt8(ascii: " ")),
      let timestamp = Timestamp(String(decoding: partial[..<space], as: UTF8.self))
    else { return PodLogLine(continues: isWithinLine, bytes: partial) }
    return PodLogLine(timestamp: timestamp, bytes: Array(partial[(space + 1)...]))
  }
}
