import Glibc

/// Declarations of the agents of the benchmark `abuse`.
enum HostileAgents {
  static let names = ["flood", "overflow", "asker", "filler"]

  static func write(to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkFailure("no \(path): errno \(errno)") }
    fputs(declarations, file)
    fclose(file)
  }

  /// `steady` says the time at which it speaks, in nanoseconds.
  private static let declarations = """
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: beta, name: steady }
    spec:
      runtime: exec
      command:
        - /bin/bash
        - -c
        - 'while :; do echo "{\\"kind\\":\\"assistant\\",\\"text\\":\\"$(date +%s%N)\\"}"; sleep 1; done'
    ---
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: alpha, name: flood }
    spec:
      runtime: exec
      command: [/bin/bash, -c, 'while :; do echo ok; done']
      limits: { processes: 50, memory: 256Mi, cpu: 0.5 }
    ---
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: alpha, name: overflow }
    spec:
      runtime: exec
      command:
        - /bin/bash
        - -c
        - 'while :; do echo "{\\"kind\\":\\"result\\",\\"text\\":\\"a\\",\\"usage\\":{\\"input\\":9223372036854775807},\\"costUSD\\":-3}"; done'
      limits: { processes: 50, memory: 256Mi, cpu: 0.5 }
    ---
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: alpha, name: asker }
    spec:
      runtime: exec
      command:
        - /bin/bash
        - -c
        - 'while :; do echo "{\\"kind\\":\\"approval.request\\",\\"callID\\":\\"$RANDOM$RANDOM\\",\\"name\\":\\"Bash\\",\\"text\\":\\"x\\"}"; done'
      limits: { processes: 50, memory: 256Mi, cpu: 0.5 }
    ---
    apiVersion: paddock.dev/v1
    kind: Agent
    metadata: { team: alpha, name: filler }
    spec:
      runtime: exec
      command: [/bin/bash, -c, 'while :; do head -c 1000000 /dev/zero >> junk; head -c 100000 /dev/zero | tr "\\0" x; echo; done']
      limits: { processes: 50, memory: 256Mi, cpu: 0.5 }

    """
}
