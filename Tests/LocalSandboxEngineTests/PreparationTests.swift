import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// The volume has been an agent's before: nothing that it left there acts when the workspace is made ready, outside of
/// the agent's limits and with the host's network.
@Suite struct PreparationTests {
  /// Everything that git and ssh are known to read from a home or a repository and to run.
  private static let traps = """
    home=$HOME; mkdir -p $home/.ssh $home/.config/git /workspace/.clone
    printf '#!/bin/sh\\ntouch /workspace/trapped\\n' > /workspace/trap; chmod 755 /workspace/trap; t=/workspace/trap
    printf 'Host *\\n ProxyCommand %s\\n PermitLocalCommand yes\\n LocalCommand %s\\nMatch exec %s\\n' $t $t $t > $home/.ssh/config
    chmod 600 $home/.ssh/config
    cat > $home/.gitconfig << EOF
    [core]
      sshCommand = $t
      fsmonitor = $t
      gitProxy = $t
      askPass = $t
      hooksPath = /workspace/hooks
      pager = $t
    [credential]
      helper = $t
    [protocol]
      allow = always
    [url "ext::$t "]
      insteadOf = ssh://
      insteadOf = http://
    [uploadpack]
      packObjectsHook = $t
    [init]
      templateDir = /workspace/template
    EOF
    cp $home/.gitconfig $home/.config/git/config
    mkdir -p /workspace/hooks /workspace/template/hooks /workspace/.git
    for hook in post-checkout reference-transaction post-index-change; do
      cp $t /workspace/hooks/$hook; cp $t /workspace/template/hooks/$hook
    done
    git init -q /workspace; cat $home/.gitconfig >> /workspace/.git/config
    cp $t /workspace/git; cp $t /workspace/ssh; printf '. %s\\n' $t | tee $home/.profile > $home/.bashrc
    touch done; exec sleep 1000
    """

  private func makeRepository(at path: String) throws {
    let commit = "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one"
    try #require(run(["/bin/sh", "-c", "git init -q -b main '\(path)' && cd '\(path)' && \(commit)"]) == 0)
  }

  private func trappedAfter(_ repository: String, in fixture: borrowing EngineFixture) async throws -> Bool {
    let engine = try await fixture.engine()
    let first = try await engine.create(fixture.request(Self.traps))
    _ = try await fixture.file("done")
    try await engine.delete(first.reference)
    unlink(fixture.paths.volume + "/trapped")
    _ = try await engine.create(
      fixture.request(generation: 2) { $0.workspace = .init(repository: repository) })
    try await eventually("the workspace is ready or has failed") {
      let found = try await engine.sandboxes().first
      return found?.isReady == true || found?.isFinished == true
    }
    try await engine.deleteAll()
    return exists(fixture.paths.volume + "/trapped")
  }

  @Test(arguments: ["ssh://127.0.0.1:1/app", "nobody@127.0.0.1:app", "http://127.0.0.1:1/app", "git://127.0.0.1:1/app"])
  func nothingOfTheAgentsConfigurationActsOnARemoteClone(repository: String) async throws {
    let fixture = try EngineFixture()
    #expect(try await !trappedAfter(repository, in: fixture))
  }

  @Test func norOnALocalOne() async throws {
    let fixture = try EngineFixture()
    let path = fixture.directory + "/app"
    try makeRepository(at: path)
    #expect(try await !trappedAfter(path, in: fixture))
    #expect(exists(fixture.paths.volume + "/app/.git"))
  }

  @Test func aCloneThatIsThereIsNotLookedInto() async throws {
    let fixture = try EngineFixture()
    let path = fixture.directory + "/work"
    try makeRepository(at: path)
    // The agent's own directory has the clone's name; `/workspace/work` is there with traps in its configuration.
    let engine = try await fixture.engine()
    let set =
      "git init -q .; cp $HOME/.gitconfig .git/config; cp /workspace/hooks/* .git/hooks/; touch done; exec sleep 1000"
    let traps = Self.traps.replacing("touch done; exec sleep 1000", with: set)
    let first = try await engine.create(fixture.request(traps))
    _ = try await fixture.file("done")
    try await engine.delete(first.reference)
    unlink(fixture.paths.volume + "/trapped")
    _ = try await engine.create(
      fixture.request("touch up; exec sleep 1000", generation: 2) { $0.workspace = .init(repository: path) })
    _ = try await fixture.file("up")
    try await engine.deleteAll()
    #expect(!exists(fixture.paths.volume + "/trapped"))
  }

  private static let server = """
    import base64, http.server, os, sys, time
    place = sys.argv[1]
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            said = self.headers.get("Authorization", "")
            if not said.startswith("Basic "):
                self.send_response(401); self.send_header("WWW-Authenticate", "Basic realm=x")
            else:
                open(place + "/said.new", "wb").write(base64.b64decode(said[6:])); os.rename(place + "/said.new", place + "/said")
                while not os.path.exists(place + "/go"): time.sleep(0.01)
                self.send_response(404)
            self.send_header("Content-Length", "0"); self.end_headers()
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    open(place + "/port.new", "w").write(str(server.server_port)); os.rename(place + "/port.new", place + "/port")
    server.serve_forever()
    """

  @Test func aPasswordReachesTheServerAndNoCommandLine() async throws {
    let fixture = try EngineFixture()
    let place = fixture.directory
    let server = try Spawn(
      command: ["/usr/bin/python3", "-c", Self.server, place], environment: [:], output: 2
    ).start()
    defer {
      kill(server, SIGKILL)
      waitpid(server, nil, 0)
    }
    try await eventually("the server is up") { exists(place + "/port") }
    let port = try #require(readText(place + "/port"))
    let secret = "p\(UInt64.random(in: 0...UInt64.max))"
    let engine = try await fixture.engine()
    let repository = "http://ann:\(secret)%21@127.0.0.1:\(port)/app.git"
    _ = try await engine.create(fixture.request { $0.workspace = .init(repository: repository) })
    try await eventually("git has logged in") { exists(place + "/said") }
    #expect(readText(place + "/said") == "ann:\(secret)!")
    let lines = ProcessTree.processes().keys.compactMap { readText("/proc/\($0)/cmdline") }
    #expect(lines.contains { $0.contains("remote-http") && $0.contains("127.0.0.1:\(port)/app.git") })
    #expect(!lines.contains { $0.contains(secret) })
    try replaceFile(place + "/go", with: [])
    let sandbox = try await engine.finished(fixture.session)
    let message = try #require(sandbox.condition("Ready")?.message)
    #expect(message.contains("could not be cloned") && !message.contains(secret), "\(message)")
    try await engine.deleteAll()
  }
}
