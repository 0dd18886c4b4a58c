import Glibc
import LoopbackServer

/// Debian's nginx as an HTTP/2 server over TLS on a unix socket, in front of a server of the test's.
final class NginxServer: Sendable {
  /// A PEM text.
  let authority: [UInt8]
  let socketPath: String
  private let folder: String
  /// Its standard input: the server ends with it. The bit pattern of a `FILE` pointer, which is used here alone.
  private let process: UInt

  /// `x-connection` tells requests of one connection from those of another.
  init(backend port: Int) async throws {
    var template = Array("/tmp/paddock-nginx-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw LoopbackError(number: errno) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.folder = folder
    socketPath = "\(folder)/s"
    let configuration = """
      daemon off; master_process off; pid \(folder)/pid; error_log \(folder)/errors; user root;
      events { worker_connections 4096; }
      http {
        access_log off; keepalive_requests 100000;
        client_body_temp_path \(folder)/t1; proxy_temp_path \(folder)/t2; fastcgi_temp_path \(folder)/t3;
        uwsgi_temp_path \(folder)/t4; scgi_temp_path \(folder)/t5;
        server {
          listen unix:\(folder)/s ssl http2; http2_max_concurrent_streams 2000; server_name kubernetes;
          ssl_certificate \(folder)/c.pem; ssl_certificate_key \(folder)/c.key;
          location / {
            proxy_pass http://127.0.0.1:\(port); proxy_http_version 1.1; proxy_buffering off;
            add_header x-connection $connection; add_header x-name $ssl_server_name; add_header x-host $http_host;
          }
        }
      }
      """
    let certificate =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=kubernetes"
      + " -addext subjectAltName=DNS:kubernetes -keyout c.key -out c.pem 2>/dev/null"
    let commands = [
      "cd \(folder)", certificate,
      "cat > nginx.conf <<'END'\n\(configuration)\nEND\n"
        + "/usr/sbin/nginx -c \(folder)/nginx.conf 2>/dev/null & server=$!; cat > /dev/null; kill $server; wait",
    ]
    process = UInt(bitPattern: popen(commands.joined(separator: " && "), "we"))
    guard process != 0 else { throw LoopbackError(number: errno) }
    while access(socketPath, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    guard let file = fopen("\(folder)/c.pem", "re") else { throw LoopbackError(number: errno) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    authority = Array(bytes.prefix(count))
  }

  deinit {
    if let process = UnsafeMutablePointer<FILE>(bitPattern: process) { pclose(process) }
    for name in ["t1", "t2", "t3", "t4", "t5"] { rmdir("\(folder)/\(name)") }
    for name in ["s", "c.pem", "c.key", "nginx.conf", "errors", "pid"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}
