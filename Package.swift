// swift-tools-version: 6.2
import PackageDescription

// Targets are listed by folder, from the ground up; docs/modules.md says what each one is for, and
// Scripts/check-imports holds them to the import rules written there.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func library(
  _ folder: String, _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil,
  settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)", resources: resources,
    swiftSettings: strict + settings)
}

/// For the targets that read every byte of every transcript: unoptimised they take minutes for what tests read.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
/// Of Yams only the copy of libyaml that it carries, its target `CYaml`: see `BoundedYAML`.
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// `PADDOCK_TESTS="ControlModelTests …"` leaves out all other test targets, so that a change in one place is tested
/// without building the tests of every other.
let wantedTests = Context.environment["PADDOCK_TESTS"]?.split(separator: " ").map(String.init)

func isWanted(_ target: Target) -> Bool {
  target.type != .test || wantedTests?.contains(target.name) ?? true
}

let package = Package(
  name: "paddock",
  products: [
    .executable(name: "paddock", targets: ["paddock"]),
    .executable(name: "paddock-runner", targets: ["paddock-runner"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: ([
    // Shims
    .systemLibrary(name: "CNcurses", path: "Sources/Shims/CNcurses", pkgConfig: "ncursesw"),
    .target(name: "CTerminalSignals", path: "Sources/Shims/CTerminalSignals"),
    .systemLibrary(name: "CPostgres", path: "Sources/Shims/CPostgres", pkgConfig: "libpq"),
    .systemLibrary(name: "CCurl", path: "Sources/Shims/CCurl", pkgConfig: "libcurl"),
    .target(name: "CSpawn", path: "Sources/Shims/CSpawn"),
    .systemLibrary(name: "CLinux", path: "Sources/Shims/CLinux"),
    .systemLibrary(name: "CSeccomp", path: "Sources/Shims/CSeccomp", pkgConfig: "libseccomp"),
    // System
    library("System", "Files"),
    library("System", "QueueExecutor"),
    library("System", "Volumes", ["CLinux"]),
    library("System", "Readiness", ["CLinux"]),
    library("System", "ProcessIdentity", ["CLinux", "Files"]),
    library("System", "BoundedYAML", [yams]),
    // Terminal
    library("Terminal", "TerminalCore"),
    library("Terminal", "NcursesTerminal", ["TerminalCore", "Readiness", "CNcurses", "CTerminalSignals"]),
    // Transport
    library("Transport", "HTTPTransport", ["CCurl"]),
    library("Transport", "HTTPService", [nioCore, nioHTTP1, nioPosix]),
    library("Transport", "PostgresClient", ["CPostgres", "QueueExecutor", "Readiness"]),
    library("Transport", "EmbeddedPostgres", ["PostgresClient", "ProcessIdentity", "Files", "Volumes", "CLinux"]),
    library("Transport", "KubernetesClient", ["BoundedYAML", "ControlModel", "HTTPTransport", "Files", "CLinux"]),
    // Control
    library("Control", "ControlModel", settings: optimized),
    library("Control", "ControlCore", ["ControlModel", logging]),
    library(
      "Control", "CoreEndpoint", ["ControlModel", "ControlCore", "HTTPService", nioCore, nioHTTP1, nioPosix]),
    library(
      "Control", "SessionHistory", ["ControlModel", "PostgresClient"], resources: [.embedInCode("Schema/SQL")]),
    library("Control", "SecretVault", ["ControlModel", "Files", crypto]),
    // Agents
    library("Agents", "AgentRuntimes", ["ControlModel"], settings: optimized),
    library("Agents", "TranscriptImport", ["ControlModel", "AgentRuntimes", "Files"], settings: optimized),
    // Sandboxes
    library("Sandboxes", "RunnerProtocol", ["ControlModel"]),
    library("Sandboxes", "RunnerClient", ["ControlModel", "RunnerProtocol", "HTTPTransport"]),
    library("Sandboxes", "SessionWorkspace", ["ControlModel"]),
    library(
      "Sandboxes", "SandboxRunner",
      [
        "ControlModel", "RunnerProtocol", "AgentRuntimes", "HTTPService", "QueueExecutor", "ProcessIdentity", "CSpawn",
        "Files", "Readiness", nioCore, nioHTTP1, nioPosix,
      ]),
    library("Sandboxes", "SystemCallFilter", ["ControlModel", "CSeccomp"]),
    library(
      "Sandboxes", "LocalSandboxEngine",
      [
        "ControlModel", "RunnerProtocol", "RunnerClient", "SessionWorkspace", "SystemCallFilter", "QueueExecutor",
        "BoundedYAML", "ProcessIdentity", "Files", "Readiness", "Volumes", "CLinux",
      ]),
    library(
      "Sandboxes", "KubernetesSandboxEngine",
      ["ControlModel", "KubernetesClient", "HTTPTransport", "RunnerProtocol", "RunnerClient", "SessionWorkspace"]),
    library("Sandboxes", "ClusterTeams", ["ControlModel", "KubernetesClient", "KubernetesSandboxEngine"]),
    library("Sandboxes", "ClusterInstallation", ["ControlModel", "KubernetesClient", "KubernetesSandboxEngine"]),
    library(
      "Sandboxes", "OperatorAccess",
      ["ControlModel", "KubernetesClient", "SystemCallFilter", "ProcessIdentity", "Files", "CSpawn"]),
    // Console
    library("Console", "ConsoleConfig", ["BoundedYAML", "TerminalCore", "Files"]),
    library("Console", "ConsoleUI", ["TerminalCore", "ControlModel", "ConsoleConfig"]),
    // Programs
    .executableTarget(
      name: "paddock",
      dependencies: [
        "BoundedYAML", "ControlModel", "ControlCore", "CoreEndpoint", "SessionHistory", "SecretVault", "PostgresClient",
        "EmbeddedPostgres", "AgentRuntimes", "TranscriptImport", "RunnerProtocol", "RunnerClient", "LocalSandboxEngine",
        "KubernetesClient", "KubernetesSandboxEngine", "ClusterTeams", "ClusterInstallation", "OperatorAccess", "Files",
        "ProcessIdentity", "TerminalCore", "NcursesTerminal", "ConsoleConfig", "ConsoleUI", arguments, logging,
      ],
      path: "Sources/Programs/paddock", exclude: ["Demo"], swiftSettings: strict),
    .executableTarget(
      name: "paddock-runner", dependencies: ["ControlModel", "RunnerProtocol", "SandboxRunner", "TerminalCore"],
      path: "Sources/Programs/paddock-runner", swiftSettings: strict,
      // Static, so that an init container can copy it into any image. The three libraries are those that the
      // toolchain's autolink data leaves out for FoundationEssentials.
      linkerSettings: [
        .unsafeFlags([
          "-static-executable", "-l_FoundationCShims", "-l_FoundationCollections", "-lswiftSynchronization",
        ]),
        .unsafeFlags(["-Xlinker", "-s"], .when(configuration: .release)),
      ]),
    // Benchmarks
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "ControlModel", "ControlCore", "SessionHistory", "PostgresClient", "EmbeddedPostgres", "TerminalCore",
        "ConsoleUI", "TranscriptImport", "KubernetesClient", "HTTPTransport", "RunnerClient", "RunnerProtocol", logging,
      ],
      path: "Benchmarks/Benchmarks", swiftSettings: strict),
    // Tests
    .target(
      name: "PostgresTestSupport", dependencies: ["EmbeddedPostgres", "PaddockProgram", "PostgresClient"],
      path: "Tests/Support/PostgresTestSupport", swiftSettings: strict),
    tests("FilesTests", ["Files"]),
    tests("ReadinessTests", ["Readiness"]),
    tests("PostgresClientTests", ["PostgresClient", "EmbeddedPostgres", "PostgresTestSupport"]),
    tests("EmbeddedPostgresTests", ["EmbeddedPostgres", "PostgresClient", "PostgresTestSupport"]),
    tests("BoundedYAMLTests", ["BoundedYAML"]),
    tests("ControlModelTests", ["ControlModel", "SeededNumbers"]),
    tests(
      "FuzzTests",
      [
        "AgentRuntimes", "BoundedYAML", "ConsoleConfig", "ControlModel", "HTTPTransport", "KubernetesClient",
        "RunnerClient", "SeededNumbers", "TranscriptCorpus", "TranscriptImport",
      ]),
    tests(
      "SessionHistoryTests",
      [
        "ControlModel", "EmbeddedPostgres", "PostgresClient", "PostgresTestSupport", "SeededNumbers", "SessionHistory",
      ]),
    .executableTarget(
      name: "SharingCore", dependencies: ["ControlCore", "ControlModel", "PostgresClient", "SessionHistory", logging],
      path: "Tests/Support/SharingCore", swiftSettings: strict),
    tests(
      "ControlCoreTests",
      [
        "ControlModel", "ControlCore", "PaddockProgram", "PostgresClient", "PostgresTestSupport", "SeededNumbers",
        "SessionHistory", "SharingCore", logging,
      ]),
    tests(
      "CoreEndpointTests",
      ["ControlCore", "ControlModel", "CoreEndpoint", "CrowdSupport", "HTTPService", "HTTPTransport"]),
    .target(name: "LoopbackServer", path: "Tests/Support/LoopbackServer", swiftSettings: strict),
    .target(name: "CrowdSupport", path: "Tests/Support/CrowdSupport", swiftSettings: strict),
    tests("HTTPServiceTests", ["CrowdSupport", "HTTPService", nioCore, nioHTTP1, nioPosix]),
    tests("HTTPTransportTests", ["HTTPTransport", "LoopbackServer"]),
    .target(
      name: "KubernetesTestSupport",
      dependencies: ["ClusterSupport", "ControlModel", "HTTPTransport", "KubernetesClient", "PaddockProgram"],
      path: "Tests/Support/KubernetesTestSupport", swiftSettings: strict),
    tests(
      "KubernetesClientTests",
      [
        "ClusterSupport", "ControlModel", "HTTPTransport", "KubernetesClient", "KubernetesTestSupport",
        "LoopbackServer",
      ]),
    tests("RunnerClientTests", ["ControlModel", "HTTPTransport", "LoopbackServer", "RunnerClient", "RunnerProtocol"]),
    tests("RunnerProtocolTests", ["ControlModel", "RunnerProtocol"]),
    tests(
      "SandboxRunnerTests",
      [
        "ControlModel", "CrowdSupport", "RunnerProtocol", "RunnerClient", "HTTPTransport", "AgentRuntimes",
        "ProcessIdentity", "SandboxRunner", "SeededNumbers",
      ]),
    .target(
      name: "PaddockProgram", dependencies: ["ControlModel"], path: "Tests/Support/PaddockProgram",
      swiftSettings: strict),
    .target(
      name: "ClusterSupport", dependencies: ["ControlModel", "PaddockProgram"], path: "Tests/Support/ClusterSupport",
      swiftSettings: strict),
    tests("ClusterSupportTests", ["ClusterSupport", "PaddockProgram"]),
    tests(
      "EndToEndTests",
      [
        "ClusterSupport", "ControlModel", "EmbeddedPostgres", "PaddockProgram", "PostgresClient", "PostgresTestSupport",
        "ProcessIdentity", "SeededNumbers", "SessionHistory",
      ], exclude: ["Screens", "Upgrade"]),
    tests(
      "RunbookTests",
      [
        "AgentRuntimes", "ConsoleUI", "ControlModel", "HTTPTransport", "KubernetesClient", "KubernetesSandboxEngine",
        "LocalSandboxEngine", "PaddockProgram", "SessionHistory", "SessionWorkspace",
      ]),
    tests("SecretVaultTests", ["ControlModel", "SecretVault"]),
    tests("AgentRuntimesTests", ["AgentRuntimes", "ControlModel", "SeededNumbers", "TranscriptCorpus"]),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["NcursesTerminal", "TerminalCore"], path: "Tests/Support/TerminalProbe",
      swiftSettings: strict),
    tests("TerminalCoreTests", ["SeededNumbers", "TerminalCore"]),
    tests("NcursesTerminalTests", ["NcursesTerminal", "TerminalCore", "TerminalProbe"]),
    tests("ConsoleConfigTests", ["ConsoleConfig", "TerminalCore"]),
    tests("ConsoleUITests", ["ConsoleUI", "ConsoleConfig", "ControlModel", "SeededNumbers", "TerminalCore"]),
    tests("SystemCallFilterTests", ["SystemCallFilter", "CSeccomp"]),
    tests(
      "LocalSandboxEngineTests",
      [
        "ControlModel", "LocalSandboxEngine", "ProcessIdentity", "SessionWorkspace", "SystemCallFilter", "Volumes",
        "CLinux", "CSeccomp",
      ]),
    tests(
      "KubernetesSandboxEngineTests",
      [
        "ClusterSupport", "ControlModel", "HTTPTransport", "KubernetesClient", "KubernetesSandboxEngine",
        "KubernetesTestSupport", "LoopbackServer", "RunnerClient", "RunnerProtocol", "SeededNumbers",
      ]),
    tests(
      "ClusterTeamsTests",
      [
        "ClusterSupport", "ClusterTeams", "ControlModel", "KubernetesClient", "KubernetesSandboxEngine",
        "KubernetesTestSupport", "PaddockProgram",
      ]),
    tests(
      "ClusterInstallationTests",
      [
        "ClusterInstallation", "ClusterSupport", "ClusterTeams", "ControlModel", "KubernetesClient",
        "KubernetesSandboxEngine", "KubernetesTestSupport", "PaddockProgram",
      ]),
    tests(
      "OperatorAccessTests",
      [
        "ClusterSupport", "ControlModel", "KubernetesClient", "KubernetesTestSupport", "LocalSandboxEngine",
        "OperatorAccess",
      ]),
    tests(
      "ForeignSandboxTests",
      [
        "AgentRuntimes", "ClusterSupport", "ControlCore", "ControlModel", "KubernetesClient", "KubernetesSandboxEngine",
        "KubernetesTestSupport", "PostgresClient", "PostgresTestSupport", "SessionHistory", logging,
      ]),
    .target(name: "SeededNumbers", path: "Tests/Support/SeededNumbers", swiftSettings: strict),
    .target(name: "TranscriptCorpus", path: "Tests/Support/TranscriptCorpus", swiftSettings: strict),
    tests(
      "TranscriptImportTests",
      [
        "AgentRuntimes", "ControlModel", "Files", "PostgresClient", "PostgresTestSupport", "SessionHistory",
        "TranscriptCorpus",
        "TranscriptImport",
      ]),
  ] as [Target]).filter(isWanted),
  swiftLanguageModes: [.v6]
)
