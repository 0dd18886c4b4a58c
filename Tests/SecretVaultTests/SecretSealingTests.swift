import ControlModel
import SecretVault
import Testing

@Suite struct SecretSealingTests {
  private let team: ResourceName
  private let sealing: SecretSealing
  private let value = SecretValue(Array("ghp_0123456789".utf8))

  init() throws {
    team = try ResourceName("engineering")
    sealing = SecretSealing(masterKey: try MasterKey(bytes: Array(repeating: 7, count: 32)))
  }

  @Test func whatIsSealedOpensInItsPlaceOnly() throws {
    let sealed = try sealing.seal(value, name: "GITHUB_TOKEN", of: team)
    #expect(try sealing.open(sealed, name: "GITHUB_TOKEN", of: team).withBytes { $0 } == Array("ghp_0123456789".utf8))
    #expect(throws: ControlFailure.self) { try sealing.open(sealed, name: "OTHER", of: team) }
    #expect(throws: ControlFailure.self) {
      try sealing.open(sealed, name: "GITHUB_TOKEN", of: ResourceName("marketing"))
    }
  }

  @Test func nothingOfTheValueIsVisible() throws {
    let sealed = try sealing.seal(value, name: "A", of: team)
    #expect(!String(decoding: sealed.ciphertext, as: UTF8.self).contains("ghp_"))
    #expect("\(value) \(String(reflecting: value))".contains("ghp_") == false)
    var text = ""
    dump(value, to: &text)
    #expect(!text.contains("ghp_") && !text.contains("103"))
    #expect(try sealing.seal(value, name: "A", of: team) != sealed)
  }

  @Test func alteredBytesDoNotOpen() throws {
    var sealed = try sealing.seal(value, name: "A", of: team)
    sealed.ciphertext[20] ^= 1
    #expect(throws: ControlFailure.self) { try sealing.open(sealed, name: "A", of: team) }
  }
}
