/// What an agent's environment variable must not be: the one table for declarations and for the jail.
package enum VariableRule {
  /// Variables that the dynamic loader or the C library obey before a program's first line: with them a program of the
  /// agent's making would run outside the jail, as the jail is built by programs that get the agent's environment. All
  /// but `TMPDIR` of those that glibc itself drops for privileged programs, and the shell's own.
  private static let dangerousNames: Set<String> = [
    "BASH_ENV", "ENV", "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "IFS", "LOCALDOMAIN", "LOCPATH",
    "NIS_PATH", "NLSPATH", "PS4", "RESOLV_HOST_CONF", "RES_OPTIONS", "SHELLOPTS", "TZDIR",
  ]

  package static func isDangerous(_ name: String) -> Bool {
    ["LD_", "MALLOC_", "BASH_FUNC_"].contains { name.hasPrefix($0) } || dangerousNames.contains(name)
  }

  /// The kernel hands a process texts `NAME=value` that end at a NUL.
  package static func canBe(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && !name.utf8.contains { $0 == 0x3D || $0 == 0 } && !value.utf8.contains(0)
  }

  /// Whether it can be written in a sentence as it stands.
  static func isPrintable(_ name: String) -> Bool {
    name.unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) }
  }
}
