import Dispatch
import Glibc

/// Measures Paddock against peers and floors of the same run; `Benchmarks/run` builds and calls it.
@main
enum Benchmarks {
  private static let all: [(name: String, run: @Sendable (Workbench) async throws -> [Finding])] = [
    ("recording", Recording.run), ("importing", Importing.run), ("searching", Searching.run),
    ("painting", Painting.run), ("opening", Opening.run), ("streaming", Streaming.run),
    ("keeping", Keeping.run), ("abuse", Abusing.run), ("cluster", ClusterWatching.run), ("screen", ClusterScreen.run),
    ("starts", Starting.run),
  ]

  static func main() async {
    // A console that ended must fail a benchmark, not the program.
    signal(SIGPIPE, SIG_IGN)
    let named = CommandLine.arguments.dropFirst()
    if await isPart(Array(named)) { return }
    let names = all.map(\.name)
    guard named.allSatisfy(names.contains) else {
      print("usage: Benchmarks/run [\(names.joined(separator: "|"))]...")
      exit(2)
    }
    do {
      let workbench = try await Workbench.open()
      let interruptions = closing(workbench)
      defer { for source in interruptions { source.cancel() } }
      let isComplete = await run(all.filter { named.isEmpty || named.contains($0.name) }, on: workbench)
      try await workbench.close()
      exit(isComplete ? 0 : 1)
    } catch {
      print("The benchmarks could not be set up: \(error)")
      exit(1)
    }
  }

  /// Whether this process is one that a benchmark has started; when it returns, that has ended.
  private static func isPart(_ arguments: [String]) async -> Bool {
    do {
      switch (arguments.first, arguments.count) {
      case (SandboxWatcher.argument, 2): try await SandboxWatcher.run(kubeconfig: arguments[1])
      case (StreamingCore.argument, 3): try await StreamingCore.run(url: arguments[1], port: arguments[2])
      default: return false
      }
      return true
    } catch {
      note("\(error)")
      exit(1)
    }
  }

  /// A run that is broken off leaves no server behind.
  private static func closing(_ workbench: Workbench) -> [any DispatchSourceSignal] {
    [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        Task {
          try? await workbench.close()
          exit(128 + number)
        }
      }
      source.resume()
      return source
    }
  }

  private static func run(
    _ chosen: [(name: String, run: @Sendable (Workbench) async throws -> [Finding])], on workbench: Workbench
  ) async -> Bool {
    var (findings, isComplete) = ([Finding](), true)
    for benchmark in chosen {
      let began = ContinuousClock.now
      do {
        let found = try await benchmark.run(workbench)
        findings += found
        for finding in found { note("\(finding.what): \(finding.measured) (\(finding.peer))") }
      } catch {
        isComplete = false
        findings.append(Finding("\(benchmark.name) failed", "\(error)"))
      }
      note("\(benchmark.name): \(Figure.duration(ContinuousClock.now - began))")
    }
    print(Finding.table(findings))
    return isComplete
  }
}

/// What goes on, beside the table.
func note(_ text: String) {
  let line = Array("benchmarks: \(text)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}
