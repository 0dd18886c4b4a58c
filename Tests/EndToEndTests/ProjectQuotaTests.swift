import ControlModel
import Foundation
import Glibc
import PaddockProgram
import Testing

/// A whole stack under a kernel that has project quotas, as this machine's own may not: user-mode Linux, with this
/// machine's files for its root and the stack's data on a volume of its own.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ProjectQuotaTests {
  enum Kind: String, CaseIterable, Sendable {
    case xfs

    var made: [String] {
      switch self {
      case .xfs: ["mkfs.xfs", "-q", "-f"]
      }
    }
  }

  /// The agent writes more than it may, tries to leave its project, and makes more files than it may.
  private let work = """
    head -c 60000000 /dev/zero > big 2>/dev/null; echo "status $?"; echo "size $(stat -c %s big)"
    python3 -c 'import fcntl, os; d = os.open(".", os.O_RDONLY); b = bytearray(28); fcntl.ioctl(d, 0x801c581f, b); \
    b[12:16] = bytes(4); fcntl.ioctl(d, 0x401c5820, b)' 2>&1 | tail -1; echo "left $?"
    rm big; python3 -c 'n = 0
    try:
      while n < 30000: open(f"f{n}", "w").close(); n += 1
    except OSError as error: print("refused", error)
    print("files", n)'; echo end; sleep 900
    """

  private func guest(_ kind: Kind, in folder: String) -> String {
    """
    #!/bin/sh
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PADDOCK_DATA_DIR=/mnt/v/p
    paddock=\(PaddockInstallation.products)/paddock
    mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t tmpfs -o mode=755 tmpfs /mnt
    mkdir -p /dev/shm /dev/pts; mount -t tmpfs tmpfs /dev/shm; mount -t devpts devpts /dev/pts
    mount -t tmpfs tmpfs /run; mount -t cgroup2 cgroup2 /sys/fs/cgroup; hostname guest; ip link set lo up
    mkdir /mnt/v; mount -t \(kind.rawValue) -o prjquota /dev/ubda /mnt/v; chmod 755 /mnt/v; mkdir -m 755 /mnt/v/p
    cd /
    step() { name=$1; shift; "$@" > \(folder)/$name 2> \(folder)/$name.errors; echo "$name $?" >> \(folder)/steps; }
    step mounts cat /proc/mounts
    step doctor $paddock doctor
    step up $paddock up --headless
    step team $paddock team create engineering
    step agent $paddock agent apply -f \(folder)/agent.yaml
    step start $paddock session start --team engineering --agent filler --output json
    id=$(sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p' \(folder)/start | head -1)
    n=0; while [ $n -lt 120 ]; do
      $paddock session events $id > \(folder)/events 2> \(folder)/events.errors; grep -q 'output.*end$' \(folder)/events && break
      n=$((n + 1)); sleep 1
    done
    step show $paddock session show $id --output json
    step kill $paddock session kill $id --yes --reason test
    step purge $paddock session purge $id --yes --reason test
    step left ls /mnt/v/p/sessions
    step down $paddock down
    sync; echo o > /proc/sysrq-trigger; sleep 5
    """
  }

  private func boot(_ kind: Kind, in folder: String) async throws {
    let image = folder + "/volume"
    try writeFiles(kind, in: folder)
    for command in [["truncate", "-s", "1200M", image], kind.made + [image]] {
      let run = try await Program.run(command)
      try #require(run.status == 0, "\(command): \(run.errors)")
    }
    let kernel = try await Program.run(
      [
        "timeout", "500", "linux.uml", "rootfstype=hostfs", "rootflags=/", "rw", "mem=1024M", "ubda=\(image)",
        "init=\(folder)/init", "con=null", "con0=null,fd:1", "quiet",
      ], directory: folder)
    try #require(
      FileManager.default.fileExists(atPath: folder + "/down"),
      "The guest did not come to its end: \(text(folder, "steps"))\n\(kernel.output.suffix(2000))\(kernel.errors)")
  }

  private func writeFiles(_ kind: Kind, in folder: String) throws {
    let agent = """
      apiVersion: paddock.dev/v1
      kind: Agent
      metadata: { team: engineering, name: filler }
      spec:
        runtime: exec
        limits: { disk: 20Mi }
        command:
          - /bin/sh
          - -c
          - |
      \(work.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n"))

      """
    try agent.write(toFile: folder + "/agent.yaml", atomically: true, encoding: .utf8)
    try guest(kind, in: folder).write(toFile: folder + "/init", atomically: true, encoding: .utf8)
    chmod(folder + "/init", 0o755)
  }

  private func text(_ folder: String, _ name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
  }

  @Test(arguments: Kind.allCases) func aWorkspaceIsLimitedByTheFileSystem(kind: Kind) async throws {
    try #require(geteuid() == 0, "only root makes quotas")
    let folder = "/tmp/paddock-quota-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await boot(kind, in: folder)
    let steps = text(folder, "steps")
    #expect(text(folder, "mounts").contains("/mnt/v \(kind.rawValue)"))
    #expect(text(folder, "doctor").contains("✓ disk limit: limits.disk is enforced by project quotas"), "\(steps)")
    let events = text(folder, "events")
    let size = events.split(separator: "\n").compactMap { $0.split(separator: "size ").last.flatMap { Int64($0) } }
      .first
    #expect((size ?? 0) > 15_000_000 && (size ?? .max) <= 20 << 20, "\(events)")
    #expect(events.contains("status 1"), "\(events)")
    // It cannot leave its project, nor make files without end.
    #expect(events.contains("OSError") && events.contains("refused") && !events.contains("files 30000"), "\(events)")
    #expect(events.contains("end"), "\(events)")
    #expect(text(folder, "show").contains("\"state\""))
    #expect(steps.contains("kill 0") && steps.contains("purge 0") && steps.contains("down 0"), "\(steps)")
  }
}
