import ControlModel

extension Duration {
  var wholeMilliseconds: Int64 {
    let parts = components
    return parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
  }
}

extension StoreChange {
  /// One change that stands for both.
  func merged(with other: StoreChange) -> StoreChange {
    switch (self, other) {
    case (.sessions(let left), .sessions(let right)):
      left.isEmpty || right.isEmpty ? .sessions([]) : .sessions(left.union(right))
    case (.intents, .intents): .intents
    case (_, .lost): .lost
    default: .everything
    }
  }
}
