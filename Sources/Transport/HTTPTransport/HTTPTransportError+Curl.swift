import CCurl
import Glibc

extension HTTPTransportError {
  /// libcurl's own texts for codes and the system's for `errno`: both are fixed and hold nothing of the request.
  init(_ code: CURLcode, on handle: UnsafeMutableRawPointer, endpoint: String) {
    let reason = String(cString: curl_easy_strerror(code)).lowercased()
    switch code {
    case CURLE_COULDNT_CONNECT:
      self = .unreachable(endpoint: endpoint, reason: Self.systemReason(of: handle) ?? reason)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      self = .unreachable(endpoint: endpoint, reason: reason)
    case CURLE_OPERATION_TIMEDOUT:
      self = .timedOut(endpoint: endpoint, Self.isConnected(handle) ? .total : .connect)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
      self = .untrusted(endpoint: endpoint, reason: Self.distrust(code, on: handle) ?? reason)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      self = .closedEarly(endpoint: endpoint)
    // After the connection, the second one means an answer without an HTTP head.
    case CURLE_URL_MALFORMAT,
      CURLE_UNSUPPORTED_PROTOCOL where !Self.isConnected(handle):
      self = .invalidRequest("its URL is not valid")
    default: self = .protocolError(endpoint: endpoint, reason: reason)
    }
  }

  private static func systemReason(of handle: UnsafeMutableRawPointer) -> String? {
    var number = 0
    guard curl_shim_get_long(handle, CURLINFO_OS_ERRNO, &number) == CURLE_OK, number != 0 else { return nil }
    return systemText(Int32(truncatingIfNeeded: number))
  }

  /// Why the two do not trust each other. A name that does not fit is found by libcurl itself, after OpenSSL (whose
  /// X509_V_ERR_… these numbers are) has found nothing wrong.
  private static func distrust(_ code: CURLcode, on handle: UnsafeMutableRawPointer) -> String? {
    switch code {
    case CURLE_SSL_CERTPROBLEM: return Distrust.ownCertificate.rawValue
    case CURLE_SSL_CACERT_BADFILE: return Distrust.unreadableAuthority.rawValue
    case CURLE_SSL_CIPHER: return Distrust.noCipher.rawValue
    default: break
    }
    var verdict = 0
    guard curl_shim_get_long(handle, CURLINFO_SSL_VERIFYRESULT, &verdict) == CURLE_OK else { return nil }
    // 1 stands there until the chain has been looked at, and when the name is looked at first.
    if [0, 1].contains(verdict) {
      return (code == CURLE_PEER_FAILED_VERIFICATION ? Distrust.otherName : .noTLS).rawValue
    }
    let distrust = Distrust(verdict: verdict)
    return distrust == .other ? "\(distrust.rawValue) (OpenSSL's reason \(verdict))" : distrust.rawValue
  }

  private static func isConnected(_ handle: UnsafeMutableRawPointer) -> Bool {
    var microseconds: curl_off_t = 0
    return curl_shim_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds) == CURLE_OK && microseconds > 0
  }
}

/// The text of an `errno`, in lower case so that it can end a sentence.
func systemText(_ number: Int32) -> String {
  // strerror's buffer is shared by all threads; strerror_r's is ours.
  var buffer = [CChar](repeating: 0, count: 256)
  let text = buffer.withUnsafeMutableBufferPointer { buffer -> String in
    guard let base = buffer.baseAddress else { return "" }
    return strerror_r(number, base, buffer.count) == 0 ? String(cString: base) : ""
  }
  return text.isEmpty ? "error \(number)" : text.lowercased()
}
