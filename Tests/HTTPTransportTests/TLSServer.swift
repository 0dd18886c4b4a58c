import Glibc
import LoopbackServer

/// Python's HTTPS server with certificates of its own, which asks for the client's certificate.
final class TLSServer: Sendable {
  let port: Int
  /// PEM texts.
  let authority: [UInt8]
  let clientCertificate: [UInt8]
  let clientKey: [UInt8]
  private let folder: String
  /// Its standard input: the server ends with it. The bit pattern of a `FILE` pointer, which is used here alone.
  private let process: UInt

  /// Answers with the common name of the client's certificate, `nobody` without one.
  private static let script = """
    import http.server, os, ssl, sys, threading
    class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = 'HTTP/1.1'
      def do_GET(self):
        subject = (self.connection.getpeercert() or {}).get('subject')
        body = (subject[0][0][1] if subject else 'nobody').encode()
        if self.headers.get('Upgrade') == 'echo':
          self.connection.sendall(b'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\n\\r\\n' + body)
          while piece := self.connection.recv(65536): self.connection.sendall(piece)
          self.close_connection = True
          return
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
      def log_message(self, *arguments): pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain('server.pem', 'server.key')
    context.load_verify_locations('client.pem')
    context.verify_mode = ssl.CERT_OPTIONAL
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open('port.new', 'w') as file: file.write(str(server.server_port))
    os.rename('port.new', 'port')
    sys.stdin.read()
    """

  private init(folder: String, process: UInt, port: Int) throws {
    self.folder = folder
    self.process = process
    self.port = port
    authority = try Self.read("\(folder)/server.pem")
    clientCertificate = try Self.read("\(folder)/client.pem")
    clientKey = try Self.read("\(folder)/client.key")
  }

  deinit {
    if let process = UnsafeMutablePointer<FILE>(bitPattern: process) { pclose(process) }
    for name in ["server.pem", "server.key", "client.pem", "client.key", "port"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  /// As openssl writes moments.
  struct Validity: Sendable {
    var begin: String
    var end: String

    static let past = Validity(begin: "200101000000Z", end: "200102000000Z")
    static let future = Validity(begin: "20990101000000Z", end: "20990102000000Z")
  }

  /// `validity`: of its certificate, which holds at present without one.
  static func start(validity: Validity? = nil) async throws -> TLSServer {
    var template = Array("/tmp/paddock-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw LoopbackError(number: errno) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let process = launch(in: folder, validity)
    guard process != 0 else { throw LoopbackError(number: errno) }
    while true {
      if let text = try? read("\(folder)/port"), let port = Int(String(decoding: text, as: UTF8.self)) {
        return try TLSServer(folder: folder, process: process, port: port)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private static func launch(in folder: String, _ validity: Validity?) -> UInt {
    let certificates = ["server", "client"].map { name in
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name)"
        + " -addext subjectAltName=IP:127.0.0.1,DNS:paddock.invalid -keyout \(name).key -out \(name).pem 2>/dev/null"
    }
    let server = "exec python3 -c \"\(script)\" 2>/dev/null"
    let renewal = validity.map { ["sh -c '\(signature(over: $0))'"] } ?? []
    let process = popen((["cd \(folder)"] + certificates + renewal + [server]).joined(separator: " && "), "we")
    return UInt(bitPattern: process)
  }

  /// `openssl req` knows no certificates but those that hold from now on.
  private static func signature(over validity: Validity) -> String {
    """
    set -e; d=$(mktemp -d); : >$d/index; echo 01 >$d/serial
    printf "%s\\n" "[ca]" "default_ca=d" "[d]" "database=$d/index" "serial=$d/serial" "new_certs_dir=$d" \
      "default_md=sha256" "policy=p" "x509_extensions=e" "[p]" "commonName=supplied" \
      "[e]" "subjectAltName=IP:127.0.0.1" "basicConstraints=CA:TRUE" >$d/settings
    openssl req -new -key server.key -subj /CN=server -out $d/request
    openssl ca -batch -selfsign -config $d/settings -keyfile server.key -in $d/request -notext \
      -startdate \(validity.begin) -enddate \(validity.end) -out server.pem 2>/dev/null
    rm -r $d
    """
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "re") else { throw LoopbackError(number: errno) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }
}
