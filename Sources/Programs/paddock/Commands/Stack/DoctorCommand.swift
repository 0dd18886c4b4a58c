import ArgumentParser
import ControlModel
import Glibc
import KubernetesSandboxEngine
import LocalSandboxEngine

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check what this machine offers, and say what is missing.",
    discussion: "Ends with status 1 when something that agents cannot do without is missing.")

  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let installation = common.stack.installation
    let checks = await Checkup(installation: installation, given: engine.choice).checks()
    let json = checks.map { check -> JSONValue in
      [
        "name": .string(check.name), "ok": .bool(check.isFine), "required": .bool(check.isRequired),
        "message": .string(check.message),
      ]
    }
    Report.print(.array(json), as: common.output) {
      checks.map {
        "\($0.isFine ? "✓" : $0.isRequired ? "✗" : "!") \(SafeText.line($0.name)): \(SafeText.line($0.message))\n"
      }.joined()
    }
    if checks.contains(where: { !$0.isFine && $0.isRequired }) { throw ExitCode(1) }
  }
}

/// What `doctor` looks at.
struct Checkup {
  let installation: Installation
  let given: EngineChoice

  func checks() async -> [EngineCapabilities.Fact] {
    var facts = await database + (await rows)
    do {
      facts += try await engine()
    } catch {
      facts.append(fact("engine", false, error.description, isRequired: true))
    }
    for program in ["claude", "codex"] { facts.append(runtime(program)) }
    let locale =
      Installation.variable("LC_ALL") ?? Installation.variable("LC_CTYPE") ?? Installation.variable("LANG") ?? ""
    let isUnicode = locale.lowercased().contains("utf")
    facts.append(
      fact(
        "locale", isUnicode,
        isUnicode ? "The locale is \(locale)." : "The locale is not UTF-8: the console draws in ASCII."))
    return facts
  }

  private func engine() async throws(ControlFailure) -> [EngineCapabilities.Fact] {
    if installation.isGuest || installation.foreignOwner != nil {
      return [fact("engine", true, "Whoever runs the Paddock in \(installation.dataDirectory) looks after it.")]
    }
    let choice = try installation.engineChoice(given)
    guard choice.engine == .kubernetes else {
      return await (try installation.openLocalEngine()).capabilities().facts
    }
    return try await installation.clusterFindings(choice).map {
      fact($0.name, $0.isFine, $0.message, isRequired: $0.isRequired)
    }
  }

  private var database: [EngineCapabilities.Fact] {
    get async {
      do throws(ControlFailure) {
        let stores = try await Stores.open(installation)
        let holder = try await stores.history.leaseHolder()
        let (owner, guardRights) = (
          try await stores.history.missingOwnerRights(), try await stores.history.missingGuardRights()
        )
        await stores.close()
        return [
          fact("database", true, "It is reachable; the core is \(holder ?? "not running").", isRequired: true),
          fact(
            "connections", guardRights == nil,
            guardRights.map { "A core cannot end connections that hold it up; an administrator may say: \($0)" }
              ?? "A core ends the connections of others that hold it up."),
        ] + people(owner)
      } catch {
        return [fact("database", false, error.description)]
      }
    }
  }

  private func people(_ missing: [String]) -> [EngineCapabilities.Fact] {
    guard !missing.isEmpty else { return [] }
    let statements = missing.joined(separator: "; ")
    return [
      fact("people", false, "The database's owner cannot add all operators; a superuser has to run: \(statements)")
    ]
  }

  /// What of the database is out of the way, or should be. Whoever may not see it is told nothing.
  private var rows: [EngineCapabilities.Fact] {
    get async {
      guard let stores = try? await Stores.open(installation) else { return [] }
      let (counts, unreadable) = (
        (try? await stores.history.setAsideCounts()) ?? [], (try? await stores.history.unreadableRows()) ?? []
      )
      await stores.close()
      let aside = counts.map { fact("set aside", false, "\($0). See `paddock set-aside list`.") }
      return aside + unreadable.map { fact("unreadable", false, "\($0)") }
    }
  }

  private func runtime(_ program: String) -> EngineCapabilities.Fact {
    let folders = (Installation.variable("PATH") ?? "").split(separator: ":").map(String.init)
    let found = folders.map { $0 + "/" + program }.first { access($0, X_OK) == 0 }
    return fact(
      program, found != nil,
      found.map { "The agent CLI is \($0)." } ?? "It is not in PATH; name it in an agent's spec.command.")
  }

  private func fact(
    _ name: String, _ isFine: Bool, _ message: String, isRequired: Bool = false
  ) -> EngineCapabilities.Fact {
    EngineCapabilities.Fact(name: name, isFine: isFine, isRequired: isRequired, message: message)
  }
}
