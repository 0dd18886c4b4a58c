import CNcurses
import TerminalCore

/// ncurses' numbers for pairs of colours, given out as they are first used.
@MainActor
struct ColorPairs {
  private struct Pair: Hashable {
    var foreground: Color
    var background: Color
  }

  private var numbers: [Pair: Int32] = [:]
  private let limit: Int32

  init(colors: Int) {
    guard colors > 0, start_color() == OK else {
      limit = 0
      return
    }
    use_default_colors()
    limit = nc_color_pairs()
  }

  /// 0, the terminal's own colours, when there are no pairs left.
  mutating func pair(_ foreground: Color, _ background: Color) -> Int32 {
    let pair = Pair(foreground: foreground, background: background)
    if foreground == .default, background == .default { return 0 }
    if let number = numbers[pair] { return number }
    let number = Int32(numbers.count + 1)
    guard number < limit, init_extended_pair(number, Self.index(foreground), Self.index(background)) == OK
    else { return 0 }
    numbers[pair] = number
    return number
  }

  private static func index(_ color: Color) -> Int32 {
    if case .indexed(let index) = color { Int32(index) } else { -1 }
  }
}
