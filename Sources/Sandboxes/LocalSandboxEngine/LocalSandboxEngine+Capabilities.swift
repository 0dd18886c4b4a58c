import ControlModel
import Glibc

extension LocalSandboxEngine {
  /// Tries out what cannot be known by looking; takes some tenths of a second.
  package func capabilities() async -> EngineCapabilities {
    var facts = [
      installed("bubblewrap", machine.bubblewrap, isRequired: true),
      installed("git", machine.git, isRequired: false),
      runnerFact,
      await jailFact(),
    ]
    if machine.isRoot { facts.insert(installed("setpriv", machine.setpriv, isRequired: true), at: 1) }
    for controller in ControlGroups.Controller.allCases where controller != .freezer {
      let place = machine.groups.places[controller]?.directory
      facts.append(
        fact(
          "\(controller.limitName) limit", place != nil,
          place.map { "The \(controller.limitName) limit is enforced by cgroups in '\($0)'." }
            ?? "\(controller.limitName) limit not enforced: no writable cgroup."))
    }
    facts += roomFacts
    facts.append(
      fact(
        "user separation", machine.isRoot,
        machine.isRoot ? "Each team's agents run as a host user of their own." : EngineCapabilities.sameUser))
    return EngineCapabilities(facts: facts)
  }

  private func fact(
    _ name: String, _ isFine: Bool, _ message: String, isRequired: Bool = false
  ) -> EngineCapabilities.Fact {
    EngineCapabilities.Fact(name: name, isFine: isFine, isRequired: isRequired, message: message)
  }

  private func installed(_ name: String, _ path: String?, isRequired: Bool) -> EngineCapabilities.Fact {
    fact(
      name, path != nil, path.map { "\(name) is '\($0)'." } ?? "\(name) is not installed below /usr.",
      isRequired: isRequired)
  }

  private var runnerFact: EngineCapabilities.Fact {
    let isThere = access(configuration.runner, X_OK) == 0
    return fact(
      "runner", isThere, "The runner '\(configuration.runner)' is \(isThere ? "there" : "missing").", isRequired: true)
  }

  private func jailFact() async -> EngineCapabilities.Fact {
    guard let jail = trialJail() else {
      return fact("jail", false, "A jail could not be tried out without bubblewrap and a filter.", isRequired: true)
    }
    let trial = ChildCommand(command: jail.launcher + ["/bin/true"], environment: ["PATH": "/usr/bin:/bin"])
    let outcome: ChildCommand.Outcome
    do { outcome = try await trial.run() } catch {
      return fact("jail", false, "A jail could not be tried out: \(error)", isRequired: true)
    }
    if outcome.status == 0 {
      return fact("jail", true, "A jail with its own namespaces can be made.", isRequired: true)
    }
    let said = outcome.output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    return fact("jail", false, "A jail could not be made: \(said)", isRequired: true)
  }

  private func trialJail() -> JailArguments? {
    guard let bubblewrap = machine.bubblewrap, let team = try? ResourceName("trial"), let filter = try? writeFilter()
    else { return nil }
    return JailArguments(
      host: machine.host, bubblewrap: bubblewrap, setpriv: machine.setpriv ?? "/usr/bin/setpriv", hostname: "trial",
      volume: "/usr/share", network: .none,
      agentUser: machine.isRoot ? AgentUser.id(of: team, highestMapped: machine.highestUser) : nil,
      workingDirectory: "/", readOnly: ["/usr/share"], filter: filter)
  }
}
