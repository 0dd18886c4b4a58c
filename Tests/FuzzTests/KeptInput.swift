import Glibc

/// The input that is tried, in a file of its own: who finds it after a crash can try it again.
struct KeptInput: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ name: String, seed: UInt64) throws {
    path = "/tmp/paddock-fuzz-\(getpid())-\(name)"
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw NoFile(path: path) }
    print("fuzz \(name): PADDOCK_FUZZ_SEED=\(seed), the last input is in \(path)")
  }

  func keep(_ input: [UInt8]) {
    _ = pwrite(descriptor, input, input.count, 0)
    _ = ftruncate(descriptor, off_t(input.count))
  }

  /// Nothing happened: nobody will look for it.
  func remove() { unlink(path) }

  deinit { close(descriptor) }

  struct NoFile: Error { var path: String }
}
