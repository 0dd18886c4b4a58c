import ControlModel
import Glibc
import Synchronization
import Testing

@testable import SecretVault

@Suite struct MasterKeyFileTests {
  private let path = "/tmp/paddock-master-key-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  private let team: ResourceName

  init() throws { team = try ResourceName("engineering") }

  private func vault(_ store: SealedRows) -> SecretVault { SecretVault(store: store, keyFile: MasterKeyFile(path)) }

  private func set(_ name: String, in store: SealedRows) async throws {
    try await vault(store).setSecret(name, of: team, value: SecretValue(Array("value".utf8)), actor: "test")
  }

  private func replaceKey() throws {
    unlink(path)
    _ = try MasterKeyFile(path).make()
  }

  @Test func theFirstValueMakesTheKeyAndTheNextOnesUseIt() async throws {
    defer { unlink(path) }
    let store = SealedRows()
    #expect(try await vault(store).secrets(of: nil).isEmpty)
    #expect(access(path, F_OK) != 0, "looking makes no key")
    try await set("A", in: store)
    try await set("B", in: store)
    let key = try #require(try MasterKeyFile(path).read())
    #expect(try await store.masterKeyIDs() == [key.identifier])
    #expect(try await SecretVault.checkKey(in: MasterKeyFile(path), of: store) == nil)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func aReplacedKeyIsRefusedAtTheStartAndByTheNextValue() async throws {
    defer { unlink(path) }
    let store = SealedRows()
    try await set("A", in: store)
    let former = try #require(try await store.masterKeyIDs().first)
    try replaceKey()
    let new = try #require(try MasterKeyFile(path).read()).identifier
    let atStart = try await #require(throws: ControlFailure.self) {
      _ = try await SecretVault.checkKey(in: MasterKeyFile(path), of: store)
    }
    #expect(atStart.summary.contains(former) && atStart.summary.contains(new) && atStart.hint != nil)
    await #expect(throws: ControlFailure.self) { try await set("B", in: store) }
    #expect(try MasterKeyFile(path).read()?.identifier == new, "a key that somebody put there is not ours to remove")
  }

  @Test func aMissingKeyIsNotMadeAnewWhileValuesAreSealed() async throws {
    defer { unlink(path) }
    let store = SealedRows()
    try await set("A", in: store)
    let former = try #require(try await store.masterKeyIDs().first)
    unlink(path)
    let failure = try await #require(throws: ControlFailure.self) { try await set("B", in: store) }
    #expect(failure.summary.contains("missing") && failure.summary.contains(former))
    #expect(failure.summary.contains(path) && failure.hint?.contains(path) == true)
    // The other, which was made for this value, nobody has.
    #expect(!failure.summary.contains("not with"), "\(failure.summary)")
    #expect(access(path, F_OK) != 0)
    let warning = try #require(try await SecretVault.checkKey(in: MasterKeyFile(path), of: store))
    #expect(warning.contains(former) && warning.contains(path))
  }

  @Test func whatATeamsRowSaysOfItsKeyKeepsNobodyElseFromSecretsNorACoreFromStarting() async throws {
    defer { unlink(path) }
    let store = SealedRows()
    store.forge("0000000000000000")
    try await set("A", in: store)
    let warning = try #require(try await SecretVault.checkKey(in: MasterKeyFile(path), of: store))
    #expect(warning.contains("engineering (1)"), "\(warning)")
  }

  @Test func theFileMustBePrivateItsOwnersAndAFile() throws {
    defer { unlink(path) }
    try replaceKey()
    for mode: mode_t in [0o640, 0o604, 0o622] {
      chmod(path, mode)
      #expect { try MasterKeyFile(path).read() } throws: { ($0 as? ControlFailure)?.code == .permissionDenied }
    }
    chmod(path, 0o600)
    if geteuid() == 0 {
      chown(path, 65_534, 65_534)
      #expect { try MasterKeyFile(path).read() } throws: {
        ($0 as? ControlFailure)?.summary.contains("65534") == true
      }
    }
    unlink(path)
    mkfifo(path, 0o600)
    #expect { try MasterKeyFile(path).read() } throws: { ($0 as? ControlFailure)?.code == .malformed }
    unlink(path)
    let elsewhere = path + "-elsewhere"
    defer { unlink(elsewhere) }
    _ = try MasterKeyFile(elsewhere).make()
    symlink(elsewhere, path)
    #expect { try MasterKeyFile(path).read() } throws: {
      ($0 as? ControlFailure)?.summary.contains("symbolic link") == true
    }
    #expect(throws: ControlFailure.self) { try MasterKeyFile(path).make() }
  }
}

/// Rows of sealed values that keep to one key, as the database does.
private final class SealedRows: SealedSecretStore {
  private let rows = Mutex<[String: SealedSecret]>([:])
  private let registered = Mutex<String?>(nil)

  /// As an operator of a team may write it.
  func forge(_ id: String) {
    rows.withLock { $0["FORGED"] = SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: id) }
  }

  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] { [] }

  func storeSecret(
    _ sealed: SealedSecret, name: String, of team: ResourceName, actor: String
  ) async throws(ControlFailure) {
    if let known = registered.withLock({ $0 }), known != sealed.masterKeyID {
      throw ControlFailure(.refused, "They are sealed with \(known), not with \(sealed.masterKeyID).")
    }
    rows.withLock { $0[name] = sealed }
  }

  func registerMasterKey(_ id: String) async throws(ControlFailure) {
    let (used, known) = (rows.withLock { Set($0.values.map(\.masterKeyID)) }, registered.withLock { $0 })
    if let known, known != id, used.contains(known) {
      throw ControlFailure(.refused, "They are sealed with \(known), not with \(id).", hint: "Put it back.")
    }
    registered.withLock { $0 = id }
  }

  func secretsUnreadable(with id: String) async throws(ControlFailure) -> [(team: String, count: Int)] {
    let count = rows.withLock { $0.values.count { $0.masterKeyID != id } }
    return count == 0 ? [] : [("engineering", count)]
  }

  func masterKeyIDs() async throws(ControlFailure) -> [String] {
    rows.withLock { Set($0.values.map(\.masterKeyID)).sorted() }
  }

  func sealedSecret(_ name: String, of team: ResourceName) async throws(ControlFailure) -> SealedSecret {
    guard let sealed = rows.withLock({ $0[name] }) else { throw ControlFailure(.notFound, "There is no \(name).") }
    return sealed
  }

  func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure) {}
  func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {}
}
