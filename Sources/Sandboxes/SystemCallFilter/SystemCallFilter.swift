import CSeccomp
package import ControlModel
import Glibc

/// The rules as a program for the kernel's seccomp, made by libseccomp: what `bwrap --seccomp` and `prctl` take.
///
/// Only calls of the machine's own kind pass it. Those of others (32-bit ones, x32) have their own numbers, by which
/// everything here could be called all the same: they are answered with ENOSYS, and 32-bit programs do not run.
package struct SystemCallFilter: Sendable, Hashable {
  /// Instructions of eight bytes each, as the kernel reads them.
  package let program: [UInt8]

  package init(_ rules: [SystemCallRule] = SystemCallRule.jail) throws(ControlFailure) {
    guard let context = seccomp_init(seccomp_shim_allow()) else {
      throw Self.failure("libseccomp did not start", ENOMEM)
    }
    defer { seccomp_release(context) }
    // The size of a filter costs nothing then: the kernel's own cache answers for what is always allowed.
    try Self.check(seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2), "it did not take an option")
    let foreign = seccomp_shim_answer(UInt16(ENOSYS))
    try Self.check(seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, foreign), "it did not take an option")
    for rule in rules { try Self.add(rule, to: context) }
    program = try Self.export(context)
  }

  /// The calls that this machine has; a name that libseccomp does not know at all is a mistake in the table.
  private static func numbers(of calls: SystemCallRule.Calls) throws(ControlFailure) -> [Int32] {
    switch calls {
    case .numbered(let range): return Array(range)
    case .named(let names):
      var numbers: [Int32] = []
      for name in names {
        let number = seccomp_syscall_resolve_name(name)
        guard number != -1 else { throw failure("it does not know the call '\(name)'", EINVAL) }
        // Negative: other machines have it.
        if number >= 0 { numbers.append(number) }
      }
      return numbers
    }
  }

  private static func add(_ rule: SystemCallRule, to context: scmp_filter_ctx) throws(ControlFailure) {
    let answer = seccomp_shim_answer(UInt16(rule.answer.number))
    for number in try numbers(of: rule.calls) {
      for comparisons in rule.condition.alternatives {
        let status = seccomp_rule_add_array(context, answer, number, UInt32(comparisons.count), comparisons)
        try check(status, "it did not take the rule for call \(number)")
      }
    }
  }

  /// libseccomp writes to a descriptor only.
  private static func export(_ context: scmp_filter_ctx) throws(ControlFailure) -> [UInt8] {
    let file = memfd_create("paddock-system-calls", 1)
    guard file >= 0 else { throw failure("there was no memory", errno) }
    defer { close(file) }
    try check(seccomp_export_bpf(context, file), "it did not write its program")
    var program = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
    let count = pread(file, &program, program.count, 0)
    guard count == program.count, count > 0, count % 8 == 0 else { throw failure("its program was cut short", EIO) }
    return program
  }

  private static func check(_ status: Int32, _ what: String) throws(ControlFailure) {
    if status < 0 { throw failure(what, -status) }
  }

  private static func failure(_ what: String, _ number: Int32) -> ControlFailure {
    ControlFailure(
      .internalError,
      "The filter of system calls could not be made by libseccomp: \(what) (\(String(cString: strerror(number)))).")
  }
}

extension SystemCallRule.Answer {
  package var number: Int32 {
    switch self {
    case .notPermitted: EPERM
    case .notImplemented: ENOSYS
    }
  }
}

extension SystemCallRule.Condition {
  private static let kernelsPart: UInt64 = 0xFFFF_FFFF

  /// Each holds when all its comparisons do; libseccomp compares all 64 bits.
  fileprivate var alternatives: [[scmp_arg_cmp]] {
    switch self {
    case .always: return [[]]
    case .noneOf(let index, let values):
      let highest = values.max() ?? 0
      let gaps = (0..<highest).filter { !values.contains($0) }
      return gaps.map { [Self.compare(index, SCMP_CMP_EQ, $0)] } + [[Self.compare(index, SCMP_CMP_GT, highest)]]
    case .oneOf(let index, let values):
      return values.map { [Self.compare(index, SCMP_CMP_MASKED_EQ, Self.kernelsPart, $0)] }
    case .bits(let index, let bits):
      return bits.map { [Self.compare(index, SCMP_CMP_MASKED_EQ, $0, $0)] }
    case .pair(let first, let value, with: let second, not: let other):
      return [
        [
          Self.compare(first, SCMP_CMP_MASKED_EQ, Self.kernelsPart, value), Self.compare(second, SCMP_CMP_NE, other),
        ]
      ]
    }
  }

  private static func compare(
    _ index: UInt32, _ relation: scmp_compare, _ first: UInt64, _ second: UInt64 = 0
  ) -> scmp_arg_cmp {
    scmp_arg_cmp(arg: index, op: relation, datum_a: first, datum_b: second)
  }
}
