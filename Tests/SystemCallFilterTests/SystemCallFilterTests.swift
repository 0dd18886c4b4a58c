import CSeccomp
import Glibc
import SystemCallFilter
import Testing

/// The program as the kernel would run it, for every rule and for whoever tries to get around one. What a real kernel says
/// inside real jails is in LocalSandboxEngineTests.
@Suite struct SystemCallFilterTests {
  private let machine: FilterMachine

  #if arch(arm64)
    private let own: UInt32 = 0xC000_00B7
    private let others: [UInt32] = [0x4000_0028, 0xC000_003E]
  #else
    private let own: UInt32 = 0xC000_003E
    private let others: [UInt32] = [0x4000_0003, 0xC000_00B7]
  #endif

  init() throws {
    machine = FilterMachine(try SystemCallFilter().program)
  }

  private func number(_ name: String) -> UInt32? {
    UInt32(exactly: seccomp_syscall_resolve_name(name))
  }

  private func error(_ name: String, _ arguments: UInt64...) throws -> Int32 {
    machine.error(for: .init(number: try #require(number(name), "\(name)"), machine: own, arguments: arguments))
  }

  @Test func everyRuleOfTheTableHolds() throws {
    for rule in SystemCallRule.jail where rule.condition == .always {
      let numbers: [UInt32] =
        switch rule.calls {
        case .named(let names): names.compactMap(number)
        case .numbered(let range): range.map(UInt32.init)
        }
      for number in numbers {
        #expect(
          machine.error(for: .init(number: number, machine: own)) == rule.answer.number, "\(rule.calls) \(number)")
      }
    }
  }

  /// Whatever the table says.
  @Test func whatReachesOtherJailsOrTheKernelsInsideIsRefused() throws {
    let calls = [
      "keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
      "io_uring_register", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "mount",
      "umount2", "move_mount", "open_tree", "fsopen", "setns", "clone3", "open_by_handle_at", "reboot", "swapon",
    ]
    for call in calls { #expect([EPERM, ENOSYS].contains(try error(call)), "\(call)") }
  }

  @Test func theTableNamesEachCallOnceAndOnlyCallsThereAre() {
    var seen: Set<String> = []
    for rule in SystemCallRule.jail {
      guard case .named(let names) = rule.calls else { continue }
      for name in names {
        #expect(seen.insert(name).inserted || rule.condition != .always, "\(name)")
        #expect(seccomp_syscall_resolve_name(name) != -1, "\(name)")
      }
      #expect(!rule.reason.isEmpty)
    }
  }

  @Test func whatAgentsLiveOnIsCarriedOut() throws {
    let calls = [
      "read", "write", "openat", "execve", "fork", "vfork", "wait4", "mmap", "futex", "epoll_pwait", "ptrace",
      "process_vm_readv", "seccomp", "landlock_create_ruleset", "inotify_init1", "memfd_create", "personality",
      "pidfd_open", "clone", "unshare", "ioctl", "socket", "rt_sigaction", "prctl", "statx", "copy_file_range", "rseq",
      "membarrier", "name_to_handle_at", "set_robust_list", "sched_setaffinity", "timer_create",
    ]
    // An argument of 1 is a plain signal, a UNIX socket and no terminal's request.
    for call in calls { if number(call) != nil { #expect(try error(call, 1, 1) == 0, "\(call)") } }
  }

  @Test func onlyFourFamiliesOfSocketsAreThere() throws {
    for call in ["socket", "socketpair"] {
      for family: UInt64 in 0...80 {
        let expected = [1, 2, 10, 16].contains(family) ? 0 : EPERM
        #expect(try error(call, family, 1, 0) == expected, "\(call) \(family)")
        // The kernel looks at 32 bits of the argument.
        #expect(try error(call, family | 1 << 32, 1, 0) == EPERM, "\(call) \(family) with more bits")
      }
      #expect(try error(call, 2, 3, 255) == 0)
      for netlink: UInt64 in 1...25 { #expect(try error(call, 16, 3, netlink) == EPERM, "netlink \(netlink)") }
      #expect(try error(call, 16, 3, 1 << 32 | 9) == EPERM)
    }
  }

  @Test(arguments: [UInt64(0), 1 << 32, 0xFFFF_FFFF << 32])
  func aTerminalCannotBeTypedInto(more: UInt64) throws {
    for request: UInt64 in [0x5412, 0x541C, 0x5423] { #expect(try error("ioctl", 0, request | more) == EPERM) }
    for request: UInt64 in [0x5401, 0x5413, 0x5414, 0x5421] { #expect(try error("ioctl", 0, request | more) == 0) }
  }

  @Test func namespacesAreRefusedInEveryMixtureOfFlags() throws {
    let thread: UInt64 = 0x003D_0F00
    for bit: UInt64 in [17, 25, 26, 27, 28, 29, 30].map({ 1 << $0 }) {
      for flags in [bit, bit | 17, bit | thread, bit | 1 << 40] {
        #expect(try error("clone", flags) == EPERM)
        #expect(try error("unshare", flags) == EPERM)
      }
    }
    #expect(try error("unshare", 0x80) == EPERM)
    for flags in [17, thread, 0x4111] { #expect(try error("clone", flags) == 0) }
    #expect(try error("unshare", 0x600) == 0)
  }

  @Test func callsOfAnotherKindAreNone() throws {
    for call: UInt32 in 0..<600 {
      for other in others {
        #expect(machine.error(for: .init(number: call, machine: other)) == ENOSYS, "\(other): \(call)")
      }
      #if arch(x86_64)
        #expect(machine.error(for: .init(number: call | 0x4000_0000, machine: own)) == ENOSYS, "x32: \(call)")
      #endif
    }
    // The numbers that x32 has for itself are those of calls without its mark, too.
    for call: UInt32 in 512...547 { #expect(machine.error(for: .init(number: call, machine: own)) == ENOSYS) }
  }

  @Test func theProgramFitsTheKernel() {
    #expect(machine.count < 4096)
  }

  @Test func aMisspelledNameIsNoRule() {
    #expect(throws: (any Error).self) { try SystemCallFilter([.init(["keyctrl"], .notPermitted, "")]) }
  }

  @Test func thePageShowsTheTable() throws {
    let page = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/jail.md"
    let file = try #require(fopen(page, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 17)
    let count = fread(&bytes, 1, bytes.count, file)
    let shown = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("| ") }
    let rows = SystemCallRule.jail.map(\.markdown)
    #expect(
      shown.filter { $0.contains("| `EPERM` |") || $0.contains("| `ENOSYS` |") } == rows.map { $0[...] },
      "The rows are:\n\(rows.joined(separator: "\n"))")
  }
}
