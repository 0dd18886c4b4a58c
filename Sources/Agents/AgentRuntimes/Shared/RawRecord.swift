package import ControlModel

/// A line of a runtime in the form that `EventDraft.raw` wants: one valid JSON value, nothing lost.
package enum RawRecord {
  /// The line read as an object, or why it is not one.
  package enum Reading: Sendable, Hashable {
    case object(JSONObject)
    /// Valid JSON, but not an object.
    case value
    case broken(JSONParseError)
  }

  package static func read(_ line: [UInt8]) -> Reading {
    do throws(JSONParseError) {
      guard case .object(let object) = try JSONValue(parsing: line) else { return .value }
      return .object(object)
    } catch {
      return .broken(error)
    }
  }

  /// For a line that is not JSON: a JSON string, or `{"base64": …}` when it is not UTF-8.
  package static func quoting(_ line: [UInt8]) -> [UInt8] {
    var writer = JSONWriter()
    if let text = String(validating: line, as: UTF8.self) {
      writer.string(text)
    } else {
      writer.beginObject()
      writer.member("base64", .string(base64(line)))
      writer.endObject()
    }
    return writer.bytes
  }

  /// The start of a line as people may read it in an error.
  package static func excerpt(_ line: [UInt8]) -> String {
    let limit = 200
    let text = String(decoding: line.prefix(limit * 4), as: UTF8.self)
    return text.count > limit || line.count > limit * 4 ? text.prefix(limit) + "…" : text
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 {
        text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
