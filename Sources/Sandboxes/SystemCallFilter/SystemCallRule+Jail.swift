extension SystemCallRule {
  /// What no agent in a jail needs: most of it asks for rights that an agent lacks anyhow, and is a part of the kernel
  /// that need not be attacked all the same. `docs/jail.md` shows this table, and a test compares the two.
  package static let jail: [SystemCallRule] = shared + attack + namespaces + machine + obsolete

  /// Bits of `clone` and `unshare`, from `<linux/sched.h>`: mounts, cgroup, host name, IPC, users, processes, network.
  private static let namespaceBits: [UInt64] = [
    0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]
  /// The clock's, which in `clone` is a part of the signal's number.
  private static let timeNamespace: UInt64 = 0x80

  /// `AF_UNIX`, `AF_INET`, `AF_INET6`, `AF_NETLINK`.
  private static let families: [UInt64] = [1, 2, 10, 16]

  /// What lies outside every namespace: by it, jails would reach each other, the host, or the operator's terminal.
  private static let shared: [SystemCallRule] = [
    .init(["add_key", "keyctl", "request_key"], .notPermitted, "keyrings are shared by all processes of a user"),
    .init(
      ["socket", "socketpair"], .noneOf(0, families), when: "not of UNIX, IPv4, IPv6 or netlink",
      .notPermitted,
      "VSOCK reaches the host of a virtual machine past every network; ALG, packets and others are unused"
    ),
    .init(
      ["socket", "socketpair"], .pair(0, 16, with: 2, not: 0), when: "netlink but its routes", .notPermitted,
      "audit, device events and packet filters; programs list addresses by routes"),
    .init(
      ["ioctl"], .oneOf(1, [0x5412, 0x541C, 0x5423]), when: "TIOCSTI, TIOCLINUX or TIOCSETD", .notPermitted,
      "types into a terminal, or changes what is behind it"),
    .init(["syslog"], .notPermitted, "the kernel's log tells of the host"),
  ]

  /// Parts of the kernel that are attacked most.
  private static let attack: [SystemCallRule] = [
    .init(["bpf"], .notPermitted, "programs in the kernel"),
    .init(["perf_event_open"], .notPermitted, "watches the processor and the kernel"),
    .init(["userfaultfd"], .notPermitted, "halts the kernel in the middle of a call"),
    .init(
      ["io_uring_setup", "io_uring_enter", "io_uring_register"], .notImplemented,
      "does what calls do, past this filter"),
    .init(
      ["modify_ldt", "vm86", "vm86old", "iopl", "ioperm"], .notPermitted, "the processor's old modes and its ports"),
    .init(["fanotify_init"], .notPermitted, "watches the files of others"),
    .init(["open_by_handle_at", "lookup_dcookie"], .notPermitted, "opens files past directories"),
    .init(
      .numbered(451...1023), .notImplemented,
      "came after Linux 5.17: nobody has looked at what it does in a jail; programs fall back"),
  ]

  private static let namespaces: [SystemCallRule] = [
    .init(
      ["clone"], .bits(0, namespaceBits), when: "with a new namespace", .notPermitted,
      "root over new mounts and networks"),
    .init(
      ["unshare"], .bits(0, namespaceBits + [timeNamespace]), when: "with a new namespace", .notPermitted,
      "root over new mounts and networks"),
    .init(["clone3"], .notImplemented, "its flags cannot be seen from here; every C library falls back on clone"),
    .init(["setns"], .notPermitted, "enters other namespaces"),
    .init(
      [
        "chroot", "fsconfig", "fsmount", "fsopen", "fspick", "mount", "mount_setattr", "move_mount", "open_tree",
        "pivot_root", "umount", "umount2",
      ], .notPermitted, "the jail's mounts are what it is made of"),
  ]

  private static let machine: [SystemCallRule] = [
    .init(
      ["create_module", "delete_module", "finit_module", "get_kernel_syms", "init_module", "query_module"],
      .notPermitted, "the kernel's modules"),
    .init(["kexec_file_load", "kexec_load", "reboot"], .notPermitted, "another kernel, or none"),
    .init(
      ["clock_adjtime", "clock_settime", "clock_settime64", "settimeofday", "stime"], .notPermitted,
      "the machine's clock"),
    .init(["sethostname", "setdomainname"], .notPermitted, "the jail's name"),
    .init(["acct", "quotactl", "quotactl_fd", "swapoff", "swapon", "vhangup"], .notPermitted, "the machine's upkeep"),
    .init(
      ["get_mempolicy", "mbind", "migrate_pages", "move_pages", "set_mempolicy", "set_mempolicy_home_node"],
      .notImplemented, "where memory lies; programs then take one node for all"),
  ]

  private static let obsolete: [SystemCallRule] = [
    .init(
      [
        "_sysctl", "afs_syscall", "bdflush", "getpmsg", "nfsservctl", "putpmsg", "security", "sysfs", "tuxcall",
        "uselib", "ustat", "vserver",
      ], .notImplemented, "no program has used it for years")
  ]
}
