import Glibc

/// Yams reads nested values by recursion, down to the thousand levels where libyaml stops: more than the stack of a task's
/// thread holds.
enum DeepStack {
  private static let size = 64 << 20

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs `body` to its end on a thread of its own; `nil` where the machine has no room for one.
  static func run<Value>(_ body: () -> Value) -> Value? {
    var value: Value?
    withoutActuallyEscaping({ value = body() }) { body in
      let work = Work(body)
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setstacksize(&attributes, size)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { raw in
          raw.map { Unmanaged<Work>.fromOpaque($0).takeUnretainedValue().body() }
          return nil
        }, Unmanaged.passUnretained(work).toOpaque())
      if status == 0 { pthread_join(thread, nil) }
      withExtendedLifetime(work) {}
    }
    return value
  }
}
