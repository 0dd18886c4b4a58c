extension Color {
  /// The nearest colour of a terminal that has that many: 0, 8, 16 or 256.
  package func mapped(toColors count: Int) -> Color {
    if self == .default || count < 8 { return .default }
    guard count < 256 else { return .indexed(nearest(from: 16, to: 255)) }
    if case .indexed(let index) = self, index < 16 { return .indexed(count < 16 ? index % 8 : index) }
    return .indexed(nearest(from: 0, to: count < 16 ? 7 : 15))
  }

  /// Red, green and blue; nil for the terminal's own default. The first sixteen are xterm's: a terminal may differ.
  package var components: (red: Int, green: Int, blue: Int)? {
    switch self {
    case .default: nil
    case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
    case .indexed(let index): Self.xterm(Int(index))
    }
  }

  private static func xterm(_ index: Int) -> (red: Int, green: Int, blue: Int) {
    if index >= 232 {
      let level = 8 + 10 * (index - 232)
      return (level, level, level)
    }
    if index >= 16 {
      let levels = [0, 95, 135, 175, 215, 255]
      let cube = index - 16
      return (levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
    }
    if index == 7 { return (229, 229, 229) }
    if index == 8 { return (127, 127, 127) }
    let level = index > 8 ? 255 : 205
    return (index & 1 == 0 ? 0 : level, index & 2 == 0 ? 0 : level, index & 4 == 0 ? 0 : level)
  }

  private func nearest(from first: Int, to last: Int) -> UInt8 {
    if case .indexed(let index) = self, last == 255 { return index }
    guard let wanted = components else { return 0 }
    var best = (index: first, distance: Int.max)
    for index in first...last {
      let color = Self.xterm(index)
      let red = wanted.red - color.red
      let green = wanted.green - color.green
      let blue = wanted.blue - color.blue
      // Weighted by what the eye sees, as in "redmean" with a fixed middle.
      let distance = 3 * red * red + 4 * green * green + 2 * blue * blue
      if distance < best.distance { best = (index, distance) }
    }
    return UInt8(best.index)
  }
}

extension Style {
  /// For a terminal that has that many colours.
  package func mapped(toColors count: Int) -> Style {
    var style = self
    style.foreground = foreground.mapped(toColors: count)
    style.background = background.mapped(toColors: count)
    return style
  }
}
