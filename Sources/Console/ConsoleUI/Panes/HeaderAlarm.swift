import ControlModel

/// What turns a part of the header red; behind a lost store stand `StackWords`. What does not fit beside it is said in the short words.
package enum HeaderAlarm: String, ScreenWords {
  case needsYou = "… need you"
  case needsYouShort = "!…"
  case failed = "… failed"
  case failedShort = "✗…"
  case notKnown = "… not known"
  /// The first place is the state's glyph.
  case notKnownShort = "……"

  case noCore = "core ○ none"
  case silentCore = "core ○ silent"
  case connecting = "connecting…"
  case storeLost = "✗ store lost: screen is … old, next try in …s"
  case storeLostShort = "✗ store lost: next try …s"

  case engine = "✗ … for …: …"
  case engineShort = "✗ … …"

  case diskNearlyFull = "✗ disk nearly full: … left"
  case diskAtReserve = "✗ disk full to its reserve: … left"
  case diskFull = "✗ disk full: … left"
  case diskShort = "✗ disk …"
}

extension DiskLevel {
  var alarm: HeaderAlarm? {
    switch self {
    case .ample: nil
    case .nearlyFull: .diskNearlyFull
    case .atReserve: .diskAtReserve
    case .exhausted: .diskFull
    }
  }
}
