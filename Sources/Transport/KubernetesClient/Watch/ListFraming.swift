/// Cuts the items out of a list that arrives in pieces, so that a long one is never held whole. What is around them is
/// kept for the end: lists of some kinds say their version there.
struct ListFraming {
  /// The most bytes of one item, and of all that is no item.
  let maximumLength: Int
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isInItems = false
  private var item: [UInt8] = []
  /// The list without its items.
  private(set) var envelope: [UInt8] = []

  init(maximumLength: Int = 64 << 20) {
    self.maximumLength = maximumLength
  }

  /// The items that are complete: values of JSON in a list that is JSON.
  mutating func append(_ piece: [UInt8]) throws(ItemTooLong) -> [[UInt8]] {
    var items: [[UInt8]] = []
    // Where that begins which is in neither of the two yet.
    var start = 0
    piece.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        guard isStructure(bytes[index]) else { continue }
        switch bytes[index] {
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "["):
          depth += 1
          guard depth == 2, !isInItems else { continue }
          envelope += bytes[start...index]
          start = index + 1
          isInItems = endsWithItemsKey
        case UInt8(ascii: "]"):
          if depth == 2, isInItems {
            take(bytes[start..<index], into: &items)
            start = index
            isInItems = false
          }
          depth -= 1
        case UInt8(ascii: ",") where depth == 2 && isInItems:
          take(bytes[start..<index], into: &items)
          start = index + 1
        default: continue
        }
      }
      if isInItems { item += bytes[start...] } else { envelope += bytes[start...] }
    }
    guard item.count <= maximumLength, envelope.count <= maximumLength else { throw ItemTooLong(limit: maximumLength) }
    return items
  }

  /// Whether this byte stands outside of strings.
  private mutating func isStructure(_ byte: UInt8) -> Bool {
    guard isInString else {
      isInString = byte == UInt8(ascii: "\"")
      return !isInString
    }
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    }
    return false
  }

  private mutating func take(_ rest: Slice<UnsafeBufferPointer<UInt8>>, into items: inout [[UInt8]]) {
    item += rest
    if !item.allSatisfy(isSpace) { items.append(item) }
    item = []
  }

  /// The envelope ends with the bracket that was just opened in it.
  private var endsWithItemsKey: Bool {
    let key = envelope.dropLast().reversed().drop(while: isSpace)
    guard key.first == UInt8(ascii: ":") else { return false }
    return key.dropFirst().drop(while: isSpace).starts(with: "\"items\"".utf8.reversed())
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")].contains(byte)
  }
}

struct ItemTooLong: Error, Hashable, CustomStringConvertible {
  /// In bytes.
  var limit: Int

  var description: String { "an item is longer than \(limit) bytes" }
}
