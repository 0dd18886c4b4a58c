package import ControlModel
import Volumes

extension LocalSandboxEngine: RoomKeeper {
  package nonisolated var holdsDatabase: Bool { !configuration.otherPlaces.isEmpty }

  package nonisolated func keepRoom(histories: [SessionID: DiskSize]) async -> Double {
    await room.look(histories: histories)
  }

  package nonisolated func diskStatus() async -> DiskStatus? { await room.pressure.status }

  package nonisolated func greatestUses(limit: Int) async -> [DiskUse] { await room.uses(limit: limit) }

  /// The volumes as they are now, for who only asks: nothing is changed by it.
  package static func volumes(of configuration: Configuration) -> [VolumeSpace] {
    var seen: Set<UInt64> = []
    let places = [configuration.dataDirectory, configuration.dataDirectory + "/sessions"] + configuration.otherPlaces
    return places.compactMap { place in
      guard let space = FileSystemSpace(at: place), seen.insert(space.device).inserted else { return nil }
      return VolumeSpace(
        place: place, total: space.total, free: space.free, files: space.files, freeFiles: space.freeFiles)
    }
  }

  /// The fullest of them, as a core judges it.
  package static func disk(of configuration: Configuration) -> DiskStatus? {
    var pressure = DiskPressure()
    let volumes = volumes(of: configuration).map { volume in
      let reserve = DiskLines(bytes: volume.total).reserve
      return (space: volume, missingReserve: ReserveFile(in: volume.place).isThere(size: reserve) ? 0 : reserve)
    }
    pressure.look(at: volumes, now: .now())
    return pressure.status
  }

  /// Gives up the rooms that are kept where there is hardly any else: for who is about to write what must be written.
  package static func giveBackReserves(of configuration: Configuration) {
    for volume in volumes(of: configuration) where volume.free < DiskLines(bytes: volume.total).reserve {
      ReserveFile(in: volume.place).giveBack()
    }
  }

  /// What `doctor` says of them.
  nonisolated var roomFacts: [EngineCapabilities.Fact] {
    let volumes = Self.volumes(of: configuration)
    let status = Self.disk(of: configuration)
    var facts = [
      EngineCapabilities.Fact(
        name: "disk", isFine: status?.level == .ample, isRequired: false,
        message: "\((status?.summary ?? "the disk cannot be looked at").capitalizedFirst).")
    ]
    for volume in volumes {
      let size = DiskLines(bytes: volume.total).reserve
      let isThere = ReserveFile(in: volume.place).isThere(size: size)
      let amount = DiskSize(steps: size)
      facts.append(
        EngineCapabilities.Fact(
          name: "reserve", isFine: isThere, isRequired: false,
          message: isThere
            ? "\(amount) of \(volume.place) are kept for the database."
            : "No room of \(volume.place) is kept for the database: a core keeps \(amount) as soon as they are free."))
    }
    return facts + [quotaFact]
  }

  private nonisolated var quotaFact: EngineCapabilities.Fact {
    let place = configuration.dataDirectory + "/sessions"
    let obstacle = machine.isRoot ? ProjectQuota.isOffered(at: place) ? nil : Self.noQuota : Self.notRoot
    return EngineCapabilities.Fact(
      name: "disk limit", isFine: obstacle == nil, isRequired: false,
      message: obstacle.map { "limits.disk is not enforced by the file system of \(place): \($0). \(Self.instead)" }
        ?? "limits.disk is enforced by project quotas of the file system of \(place).")
  }
}
