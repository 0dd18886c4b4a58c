/// OSC 52: asks the operator's own terminal to set its clipboard, over any number of SSH connections.
package enum ClipboardSequence {
  /// UTF-8 bytes of text; terminals drop longer sequences, some of them by halves.
  package static let longest = 74_994

  /// Nil when the text is too long. What is pasted later steers the terminal or the shell that it is pasted into: the
  /// sanitised text goes out, with line feeds as the only control characters. Inside tmux the sequence is sent twice: once for a tmux that handles it itself,
  /// once wrapped for one that passes it on.
  package static func bytes(for text: String, insideTmux: Bool) -> [UInt8]? {
    let text = TextSanitizer.multiLine(text)
    guard text.utf8.count <= longest else { return nil }
    let body = "]52;c;" + base64(Array(text.utf8)) + "\u{07}"
    let plain = "\u{1B}" + body
    return Array((insideTmux ? plain + "\u{1B}Ptmux;\u{1B}\u{1B}" + body + "\u{1B}\\" : plain).utf8)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  static func base64(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 { text.append(place <= group.count ? alphabet[value >> (18 - 6 * place) & 0x3F] : "=") }
    }
    return text
  }
}
