import ControlModel

/// Events as a coding agent makes them: mostly tool calls and their results, words as unevenly frequent as in real
/// text, a raw record of about 500 bytes. The same numbers yield the same events.
struct EventMix {
  /// Half of a vocabulary's use falls on its first hundred words.
  static let vocabulary = 20_000
  private var random = SplitMix()
  private let start: Timestamp

  init(start: Timestamp, seed: UInt64 = 1) {
    self.start = start
    random.state = seed
  }

  mutating func event(_ seq: Int64) -> Event {
    let call = "toolu_\(seq - seq % 2)"
    var content: EventDraft
    switch seq % 20 {
    case 1: content = EventDraft(.user, words(12), messageID: "m\(seq)")
    case 2: content = EventDraft(.thinking, words(40))
    case 19:
      content = EventDraft(
        .result, "", cost: USD(micros: 4200), duration: 41_000, detail: ["stopReason": .string("end_turn")])
    case 3, 18:
      content = EventDraft(
        .assistant, words(30), messageID: "m\(seq)",
        usage: TokenUsage(input: 12, output: 230, cacheRead: 18_000, cacheWrite: 900))
    case let place where place % 2 == 0: content = EventDraft(.toolCall, words(8), callID: call, name: "Bash")
    default:
      content = EventDraft(
        .toolResult, words(45), callID: call, name: "Bash", isError: seq % 100 == 5, duration: 120)
    }
    content.raw = raw(content, seq)
    return Event(seq: seq, time: start.advanced(bySeconds: Double(seq) / 10), content: content)
  }

  private func raw(_ content: EventDraft, _ seq: Int64) -> [UInt8] {
    let head = #"{"type":"\#(content.kind.rawValue)","uuid":"018f3a52-\#(seq)","parent":"018f3a52-\#(seq - 1)","#
    let body = #""message":{"role":"assistant","content":[{"type":"text","text":"\#(content.text)"}]},"#
    let tail = #""cwd":"/workspace/app","version":"2.0.28","gitBranch":"main","requestId":"req_011CSaKKKKKK"}"#
    let filler = max(0, 500 - head.utf8.count - body.utf8.count - tail.utf8.count - 10)
    return Array((head + body + #""pad":""# + String(repeating: "x", count: filler) + #"","# + tail).utf8)
  }

  mutating func words(_ count: Int) -> String {
    var text = Self.all[pick()]
    for _ in 1..<count {
      text += " "
      text += Self.all[pick()]
    }
    return text
  }

  /// A rank whose frequency falls as one over it.
  private mutating func pick() -> Int {
    let part = Double(random.next() >> 11) / Double(1 << 53)
    return min(Self.vocabulary, Int(power(14.287712379549449 * part))) - 1
  }

  /// 2 to a power from 0 to the logarithm of the vocabulary.
  private func power(_ exponent: Double) -> Double {
    let whole = Int(exponent)
    let rest = exponent - Double(whole)
    // Within one in a thousand, which is enough to pick words by.
    return Double(1 << whole) * (1 + rest * (0.6951786 + rest * (0.2276190 + rest * 0.0772024)))
  }

  static func word(_ rank: Int) -> String { all[rank] }

  private static let all: [String] = (0..<vocabulary).map { rank in
    let syllables = ["ba", "ke", "ti", "lo", "mu", "ra", "se", "ni", "do", "fu", "wa", "ge", "pi", "zo", "cu", "ha"]
    var (text, rest) = ("", rank)
    repeat {
      text += syllables[rest % 16]
      rest /= 16
    } while rest > 0
    return text + "s"
  }
}

/// SplitMix64: small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
