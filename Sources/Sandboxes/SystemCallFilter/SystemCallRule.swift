/// Which system calls get an error instead of being carried out, and why. All others are left to the kernel.
package struct SystemCallRule: Sendable, Hashable {
  package enum Answer: String, Sendable, Hashable, CaseIterable {
    /// As if the caller lacked a right.
    case notPermitted = "EPERM"
    /// As if the kernel did not know the call: programs then take another way.
    case notImplemented = "ENOSYS"
  }

  package enum Calls: Sendable, Hashable {
    case named([String])
    /// By number, the same on all machines since Linux 5.1.
    case numbered(ClosedRange<Int32>)
  }

  /// About one argument. The kernel takes 32 bits of these arguments and ignores the rest of the register; a value with
  /// other bits set never slips through.
  package enum Condition: Sendable, Hashable {
    case always
    /// The argument of that number is none of the values.
    case noneOf(UInt32, [UInt64])
    /// It is one of them.
    case oneOf(UInt32, [UInt64])
    /// It has one of the bits.
    case bits(UInt32, [UInt64])
    /// The first has its value, and the second has not.
    case pair(UInt32, UInt64, with: UInt32, not: UInt64)
  }

  package var calls: Calls
  package var condition: Condition
  /// The condition in words, for people.
  package var when: String
  package var answer: Answer
  package var reason: String

  package init(_ calls: Calls, _ condition: Condition, when: String, _ answer: Answer, _ reason: String) {
    self.calls = calls
    self.condition = condition
    self.when = when
    self.answer = answer
    self.reason = reason
  }

  package init(_ calls: Calls, _ answer: Answer, _ reason: String) {
    self.init(calls, .always, when: "", answer, reason)
  }
}

extension SystemCallRule.Calls: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: String...) { self = .named(elements) }
}
