import SeededNumbers
import TerminalCore
import Testing

struct KeyTests {
  @Test(
    "A key's notation reads back as the key",
    arguments: [
      "q", "K", "C-k", "A-x", "C-A-x", "ret", "esc", "tab", "S-tab", "space", "C-space", "pgup", "pgdn", "f1", "f12",
      "C-left", "A-S-up", "-", "C-minus", "{", "?", ":", "é", "日", "A-<", "backspace", "del", "ins", "home", "end",
    ])
  func roundTrip(notation: String) throws {
    let key = try #require(Key(notation: notation))
    #expect(key.description == notation)
  }

  @Test("What no terminal sends is refused", arguments: ["", "C-", "C-K", "S-a", "f0", "f25", "enter", "C-C-a", "ab"])
  func refused(notation: String) {
    #expect(Key(notation: notation) == nil)
  }

  @Test("Keys follow each other in a sequence")
  func sequences() {
    #expect(KeySequence(notation: "g t")?.keys == [.character("g"), .character("t")])
    #expect(KeySequence(notation: "g hyper") == nil)
    #expect(KeySequence(notation: " ") == nil)
  }
}

struct InputDecoderTests {
  private func decode(_ text: String) -> [TerminalEvent] {
    var decoder = InputDecoder()
    return decoder.feed(text.utf8) + decoder.timeout()
  }

  @Test(
    "Bytes of the common terminals become keys",
    arguments: [
      ("a", "a"), ("\r", "ret"), ("\t", "tab"), ("\u{7F}", "backspace"), ("\u{0B}", "C-k"), ("\u{1B}", "esc"),
      ("\u{1B}x", "A-x"), ("\u{1B}[A", "up"), ("\u{1B}OA", "up"), ("\u{1B}[1;5D", "C-left"), ("\u{1B}[Z", "S-tab"),
      ("\u{1B}[3~", "del"), ("\u{1B}[5~", "pgup"), ("\u{1B}OP", "f1"), ("\u{1B}[15~", "f5"), ("\u{1B}[[A", "f1"),
      ("é", "é"), ("日", "日"), ("\u{0}", "C-space"), ("\u{1B}[", "A-["), ("\u{1B}é", "A-é"), ("\u{1F}", "C-_"),
    ])
  func keys(text: String, notation: String) throws {
    #expect(decode(text) == [.key(try #require(Key(notation: notation)))])
  }

  @Test("A sequence may come in pieces, an escape waits for what follows")
  func pieces() {
    var decoder = InputDecoder()
    #expect(decoder.feed([0x1B]).isEmpty)
    #expect(decoder.isPending)
    #expect(decoder.feed([0x5B]).isEmpty)
    #expect(decoder.feed([0x42]) == [.key(.down)])
    #expect(!decoder.isPending)
    #expect(decoder.feed([0xE6]).isEmpty)
    #expect(decoder.feed([0x97, 0xA5]) == [.key(.character("日"))])
    #expect(decoder.feed([0x1B]).isEmpty)
    #expect(decoder.timeout() == [.key(.escape)])
  }

  @Test("Pasted text is never taken for keys")
  func paste() {
    #expect(decode("\u{1B}[200~q\u{1B}[A\u{1B}[201~x") == [.paste("q\u{1B}[A"), .key(.character("x"))])
    var decoder = InputDecoder()
    #expect(decoder.feed("\u{1B}[200~ab\u{1B}[20".utf8).isEmpty)
    #expect(decoder.feed("1~".utf8) == [.paste("ab")])
  }

  @Test("No bytes whatever stop the decoder, and it holds back only what may go on")
  func property() {
    var random = SeededNumbers(3)
    var decoder = InputDecoder()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        [0x1B, 0x5B, 0x4F, 0x3B, 0x31, UInt8.random(in: 0...255, using: &random)][
          Int.random(in: 0..<6, using: &random)]
      }
      for event in decoder.feed(bytes) + decoder.timeout() {
        if case .key(let key) = event, case .character(let character) = key.code {
          #expect(character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        }
      }
      #expect(!decoder.isPending)
    }
  }

  @Test("The clipboard sequence is base64, twice inside tmux, and has an end to its length")
  func clipboard() {
    let bytes = ClipboardSequence.bytes(for: "hello", insideTmux: false)
    #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == "\u{1B}]52;c;aGVsbG8=\u{07}")
    #expect(ClipboardSequence.bytes(for: "hello", insideTmux: true)?.count == 42)
    #expect(ClipboardSequence.bytes(for: String(repeating: "x", count: 80_000), insideTmux: false) == nil)
  }
}
