@testable import KubernetesClient

/// Two that nobody has a key of.
enum Certificates {
  static let first = pem(firstDER)
  static let second = pem(secondDER)
  /// The first, as a kubeconfig holds it.
  static let firstData = Base64.encode(Array(first.utf8))

  /// In one line, as it is passed on.
  private static func pem(_ der: String) -> String {
    "-----BEGIN CERTIFICATE-----\n\(der)\n-----END CERTIFICATE-----\n"
  }

  static let firstDER =
    "MIIBcTCCARegAwIBAgIUdYxQHOedPMh3a6Lph0TcLC1Iqo0wCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EwIBcNMjYxMTI5"
    + "MTA0NzA1WhgPMjEyNjExMDUxMDQ3MDVaMA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEFG2uwUd"
    + "W9suoloaVcIOPj1m+/PVzhVgfJqEGDZTRkn6YiO+Guozw0fIQ0w7rgcVW/xg0/WB/UxhjfoOcZ652qNTMFEwHQYDVR0OBBYE"
    + "FBrcFlRDAOpMIIgnjGwykfZp8sLsMB8GA1UdIwQYMBaAFBrcFlRDAOpMIIgnjGwykfZp8sLsMA8GA1UdEwEB/wQFMAMBAf8w"
    + "CgYIKoZIzj0EAwIDSAAwRQIgJBA3LKU6Sz0Sl9EkaQ2+JU0DLGYqGVegnNgUeNyVVB4CIQDlyfRJ06M0WCG7RIFbDGzmmfu0"
    + "2xEz/lhwa6I6E4K2yg=="

  private static let secondDER =
    "MIIBcTCCARegAwIBAgIUDJJ65g29VzZA3OlwQR/Ihkind1QwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2IwIBcNMjYxMTI5"
    + "MTA0NzA1WhgPMjEyNjExMDUxMDQ3MDVaMA0xCzAJBgNVBAMMAmNiMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1MEvv/ti"
    + "i7iJODqTag3xe2yNcuKiyuVQhCIBvr/3arw44gCjgA4lYTrN2aCnJpPrBplGE5LdlP/WkQvtdN0cNKNTMFEwHQYDVR0OBBYE"
    + "FKVHD6F+c1kQm+AQNztAaDpnVN6eMB8GA1UdIwQYMBaAFKVHD6F+c1kQm+AQNztAaDpnVN6eMA8GA1UdEwEB/wQFMAMBAf8w"
    + "CgYIKoZIzj0EAwIDSAAwRQIgacT+HQVWm/yTVvlZJVzIZ7wGsiLsK8AYd3x6BAdf/aUCIQDgsRf0WHRuJE5JKGGNFgHDZecv"
    + "TU3OJSZQ+0iCbZ3P4w=="
}
