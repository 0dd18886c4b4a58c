extension HTTPRequest {
  /// Nothing may end a line of the head early, and no NUL may cut a C string.
  func validate() throws(HTTPTransportError) {
    guard !method.isEmpty, method.utf8.allSatisfy(isTokenByte) else {
      throw .invalidRequest("its method is not a word")
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw .invalidRequest("its URL holds a space or a control character")
    }
    for field in headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
        throw .invalidRequest("the name of a header is not a word")
      }
      guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw .invalidRequest("the header \(field.name) holds a control character")
      }
    }
  }

  /// `host:port` as the URL has it, without user and password.
  var endpoint: String { String(endpointSlice) }

  var endpointSlice: Substring {
    let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let authority = afterScheme.prefix { !"/?#".contains($0) }
    return authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
  }
}

/// RFC 9110, section 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}
