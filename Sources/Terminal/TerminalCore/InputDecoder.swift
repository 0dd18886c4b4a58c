/// Turns the bytes of a keyboard into events. It never waits: an escape byte that may begin a sequence stays pending
/// until more bytes come or the owner calls `timeout()`.
package struct InputDecoder: Sendable {
  /// What this terminal's description calls its keys, before the sequences that nearly all terminals send.
  private let described: [[UInt8]: Key]
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?

  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
  /// Bytes of one paste; what is longer arrives in several events.
  private static let longestPaste = 1 << 20
  /// A control sequence that is longer was none.
  private static let longestSequence = 64

  package init(described: [[UInt8]: Key] = [:]) { self.described = described }

  /// Whether `timeout()` should be called if nothing else comes.
  package var isPending: Bool { !pending.isEmpty && pasted == nil }

  package mutating func feed(_ bytes: some Sequence<UInt8>) -> [TerminalEvent] {
    pending.append(contentsOf: bytes)
    return drain(isFinal: false)
  }

  /// Nothing came after what is pending: an escape byte was the Escape key.
  package mutating func timeout() -> [TerminalEvent] { drain(isFinal: true) }

  private mutating func drain(isFinal: Bool) -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    var rest = pending[...]
    while !rest.isEmpty {
      if pasted != nil {
        guard let text = takePaste(&rest) else { break }
        events.append(.paste(text))
        continue
      }
      var step = step(rest)
      if step == .incomplete, isFinal { step = Self.giveUp(rest) }
      guard case .taken(let count, let outcome) = step else { break }
      rest = rest.dropFirst(count)
      switch outcome {
      case .event(let event): events.append(event)
      case .pasteStart: pasted = []
      case .nothing: break
      }
    }
    pending = Array(rest)
    return events
  }

  private mutating func takePaste(_ rest: inout ArraySlice<UInt8>) -> String? {
    let end = Self.pasteEnd
    var index = rest.startIndex
    while index < rest.endIndex {
      if rest[index] == 0x1B, rest[index...].starts(with: end) {
        let text = (pasted ?? []) + rest[..<index]
        rest = rest[(index + end.count)...]
        pasted = nil
        return String(decoding: text, as: UTF8.self)
      }
      if rest[index] == 0x1B, end.starts(with: rest[index...]) { break }
      index += 1
    }
    pasted?.append(contentsOf: rest[..<index])
    rest = rest[index...]
    guard let text = pasted, text.count > Self.longestPaste else { return nil }
    pasted = []
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: Steps

  enum Step: Equatable {
    case incomplete
    case taken(Int, Outcome)
  }

  enum Outcome: Equatable {
    case event(TerminalEvent)
    case pasteStart
    case nothing
  }

  private func step(_ bytes: ArraySlice<UInt8>) -> Step {
    if let (sequence, key) = described.first(where: { bytes.starts(with: $0.key) }) {
      return .taken(sequence.count, .event(.key(key)))
    }
    guard bytes.first == 0x1B else { return Self.plain(bytes) }
    let second = bytes.dropFirst()
    switch second.first {
    case nil: return .incomplete
    case 0x1B: return .taken(1, .event(.key(.escape)))
    case 0x5B: return Self.controlSequence(bytes)
    case 0x4F: return Self.applicationKey(bytes)
    default:
      guard case .taken(let count, let outcome) = Self.plain(second) else { return .incomplete }
      if case .event(.key(var key)) = outcome {
        key.modifiers.insert(.alt)
        return .taken(count + 1, .event(.key(key)))
      }
      return .taken(count + 1, outcome)
    }
  }

  private static func giveUp(_ bytes: ArraySlice<UInt8>) -> Step {
    guard bytes.first == 0x1B else { return .taken(1, .nothing) }
    if bytes.count == 1 { return .taken(1, .event(.key(.escape))) }
    if bytes.count == 2, let second = bytes.last, second > 0x20, second < 0x7F {
      return .taken(2, .event(.key(.alt(Character(Unicode.Scalar(second))))))
    }
    return .taken(bytes.count, .nothing)
  }

  /// A byte that is a key, or a character in UTF-8.
  private static func plain(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let first = bytes.first else { return .incomplete }
    if first < 0x80 { return .taken(1, .event(.key(key(ofASCII: first)))) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
    guard length > 0, first < 0xF5 else { return .taken(1, .nothing) }
    let sequence = bytes.prefix(length)
    guard sequence.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .taken(1, .nothing) }
    guard sequence.count == length else { return .incomplete }
    guard let text = String(validating: sequence, as: UTF8.self), let character = text.first else {
      return .taken(1, .nothing)
    }
    // C1 controls are no keys either.
    if text.unicodeScalars.contains(where: { $0.value < 0xA0 }) { return .taken(length, .nothing) }
    return .taken(length, .event(.key(.character(character))))
  }

  private static func key(ofASCII byte: UInt8) -> Key {
    switch byte {
    case 0x00: Key(.character(" "), .control)
    case 0x08, 0x7F: .backspace
    case 0x09: .tab
    case 0x0D: .enter
    case 0x1B: .escape
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
    default: .character(Character(Unicode.Scalar(byte)))
    }
  }

  // MARK: Escape sequences

  /// ESC O and a letter.
  private static func applicationKey(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let final = bytes.dropFirst(2).first else { return .incomplete }
    if final == 0x4D { return .taken(3, .event(.key(.enter))) }
    guard let code = letterKeys[final] else { return .taken(2, .event(.key(.alt("O")))) }
    return .taken(3, .event(.key(Key(code))))
  }

  /// ESC [, numbers and a final byte.
  private static func controlSequence(_ bytes: ArraySlice<UInt8>) -> Step {
    let body = bytes.dropFirst(2)
    // The Linux console's first five function keys have a second bracket.
    if body.first == 0x5B {
      guard let final = body.dropFirst().first else { return .incomplete }
      guard (0x41...0x45).contains(final) else { return .taken(3, .nothing) }
      return .taken(4, .event(.key(.function(Int(final) - 0x40))))
    }
    let parameters = body.prefix { $0 >= 0x20 && $0 < 0x40 }
    guard parameters.count <= longestSequence else { return .taken(parameters.count + 2, .nothing) }
    guard let final = body.dropFirst(parameters.count).first else { return .incomplete }
    guard final >= 0x40, final < 0x7F else { return .taken(parameters.count + 2, .nothing) }
    let numbers = parameters.split(separator: 0x3B, omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    return .taken(parameters.count + 3, outcome(final, numbers))
  }

  private static func outcome(_ final: UInt8, _ numbers: [Int]) -> Outcome {
    let first = numbers.first ?? 0
    let modifiers = modifiers(numbers.count > 1 ? numbers[1] : 1)
    switch final {
    case 0x7E where first == 200: return .pasteStart
    case 0x7E: return tildeKeys[first].map { .event(.key(Key($0, modifiers))) } ?? .nothing
    case 0x49: return .event(.focus(true))
    case 0x4F: return .event(.focus(false))
    case 0x5A: return .event(.key(.backTab))
    // The kitty keyboard protocol, which a terminal may have been left in.
    case 0x75:
      guard let byte = UInt8(exactly: first), byte < 0x80 else { return .nothing }
      var key = key(ofASCII: byte)
      key.modifiers.formUnion(modifiers)
      return .event(.key(key))
    default: return letterKeys[final].map { .event(.key(Key($0, modifiers))) } ?? .nothing
    }
  }

  /// xterm's number is one more than the sum of 1 shift, 2 alt, 4 control.
  private static func modifiers(_ number: Int) -> Key.Modifiers {
    let bits = max(1, number) - 1
    var modifiers: Key.Modifiers = []
    if bits & 1 != 0 { modifiers.insert(.shift) }
    if bits & 2 != 0 { modifiers.insert(.alt) }
    if bits & 4 != 0 { modifiers.insert(.control) }
    return modifiers
  }

  private static let letterKeys: [UInt8: Key.Code] = [
    0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home, 0x50: .function(1),
    0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
  ]

  private static let tildeKeys: [Int: Key.Code] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6),
    18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    25: .function(13), 26: .function(14), 28: .function(15), 29: .function(16), 31: .function(17),
    32: .function(18), 33: .function(19), 34: .function(20),
  ]
}
