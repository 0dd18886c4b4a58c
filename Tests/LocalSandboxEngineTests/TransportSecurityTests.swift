import ControlModel
import Glibc
import Testing

@testable import LocalSandboxEngine

/// HTTPS from inside, and the modes of what a jail is made of.
@Suite struct TransportSecurityTests {
  private static let server = """
    import http.server, os, ssl, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.send_header("Content-Length", "5"); self.end_headers(); self.wfile.write(b"inner")
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1] + "/server.pem", sys.argv[1] + "/server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    open(sys.argv[1] + "/port.new", "w").write(str(server.server_port))
    os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
    server.serve_forever()
    """

  private static let certificates = """
    set -e; cd "$1"; exec > /dev/null 2>&1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr
    printf 'subjectAltName=IP:127.0.0.1' > names
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
    cp ca.pem volume/ca.pem; chmod 644 volume/ca.pem
    """

  /// The test's own authority is named to each client; the machine's authorities and settings must be there besides.
  private static let clients = """
    cd /workspace; url=https://127.0.0.1:$(cat port)/
    curl -sS --cacert ca.pem $url && echo " curl"
    python3 -c "import ssl, sys, urllib.request as u
    print(u.urlopen('$url', context=ssl.create_default_context(cafile='ca.pem')).read().decode(), 'python')"
    echo | openssl s_client -connect 127.0.0.1:$(cat port) -CAfile ca.pem -verify_return_error 2>&1 \\
      | grep -c 'Verification: OK'
    git -c http.sslCAInfo=/workspace/ca.pem ls-remote $url 2>&1 | grep -ciE 'ssl|certificate'
    curl -sS $url > /dev/null 2>&1; echo "unknown authority: $?"
    test -r /etc/ssl/certs/ca-certificates.crt && echo authorities
    test -r /etc/ssl/openssl.cnf && echo settings
    """

  @Test(arguments: TrialJail.Maker.possible) func everyClientSpeaksTLS(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    try #require(run(["/bin/sh", "-c", Self.certificates, "certificates", jail.directory]) == 0)
    let server = try Spawn(
      command: ["/usr/bin/python3", "-c", Self.server, jail.directory], environment: [:], output: 2
    ).start()
    defer {
      kill(server, SIGKILL)
      waitpid(server, nil, 0)
    }
    let port = jail.directory + "/port"
    try await eventually("the server is up") { exists(port) }
    try #require(run(["/bin/cp", port, jail.volume + "/port"]) == 0)
    let said = try await jail.output(of: Self.clients, network: .host)
    let expected = [
      "inner curl", "inner python", "1", "0", "unknown authority: 60", "authorities", "settings",
    ]
    #expect(said.split(separator: "\n").map(String.init) == expected, "\(said)")
  }

  @Test(arguments: TrialJail.Maker.possible)
  func directoriesHaveTheModesOfAnySystem(maker: TrialJail.Maker) async throws {
    let jail = try TrialJail(maker)
    let tool = jail.directory + "/some/deep/tool"
    try makeDirectory(jail.directory + "/some/deep", mode: 0o755)
    try replaceFile(tool, with: [], mode: 0o755)
    let said = try await jail.output(
      of: """
        stat -c '%a %n' / /etc /etc/ssl /usr /var /dev /dev/shm /tmp /proc /workspace '\(jail.directory)/some/deep'
        find / -xdev -type d ! -executable; find /etc /dev /tmp '\(jail.directory)' -type d ! -executable
        """, network: .host, readOnly: [tool])
    let expected = [
      "755 /", "755 /etc", "755 /etc/ssl", "755 /usr", "755 /var", "755 /dev", "1777 /dev/shm", "1777 /tmp",
      "555 /proc",
      "755 /workspace", "755 \(jail.directory)/some/deep",
    ]
    #expect(said.split(separator: "\n").map(String.init) == expected, "\(said)")
  }
}
