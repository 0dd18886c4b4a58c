import Glibc

/// A list of texts as C has it, with NULL at its end, until `free`.
struct CStrings {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointer = .allocate(capacity: count + 1)
    for (index, text) in texts.enumerated() { pointer[index] = strdup(text) }
    pointer[count] = nil
  }

  /// The same list for those who only read it.
  var constant: UnsafePointer<UnsafePointer<CChar>?> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
  }

  func free() {
    for index in 0..<count { Glibc.free(pointer[index]) }
    pointer.deallocate()
  }
}
