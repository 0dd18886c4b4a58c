/// What the kernel does with a filter's program: classic BPF over the call's number, its machine and its arguments.
struct FilterMachine {
  struct Call {
    var number: UInt32
    /// `AUDIT_ARCH_…`
    var machine: UInt32
    var arguments: [UInt64] = []
  }

  private struct Instruction {
    var code: UInt16
    var whenTrue: Int
    var whenFalse: Int
    var constant: UInt32
  }

  private let instructions: [Instruction]

  init(_ program: [UInt8]) {
    instructions = stride(from: 0, to: program.count, by: 8).map { start in
      let bytes = program[start..<start + 8].map(UInt32.init)
      return Instruction(
        code: UInt16(bytes[0] | bytes[1] << 8), whenTrue: Int(bytes[2]), whenFalse: Int(bytes[3]),
        constant: bytes[4] | bytes[5] << 8 | bytes[6] << 16 | bytes[7] << 24)
    }
  }

  var count: Int { instructions.count }

  /// The error that the call gets; 0 when it is carried out, -1 for any other end.
  func error(for call: Call) -> Int32 {
    let data = Self.data(of: call)
    var (place, value, index): (Int, UInt32, UInt32) = (0, 0, 0)
    var memory = [UInt32](repeating: 0, count: 16)
    while place < instructions.count {
      let step = instructions[place]
      place += 1
      func jump(_ holds: Bool) { place += holds ? step.whenTrue : step.whenFalse }
      switch step.code {
      case 0x20: value = data[Int(step.constant) / 4]
      case 0x05: place += Int(step.constant)
      case 0x15: jump(value == step.constant)
      case 0x25: jump(value > step.constant)
      case 0x35: jump(value >= step.constant)
      case 0x45: jump(value & step.constant != 0)
      case 0x54: value &= step.constant
      case 0x02: memory[Int(step.constant)] = value
      case 0x60: value = memory[Int(step.constant)]
      case 0x07: index = value
      case 0x87: value = index
      case 0x06: return Self.meaning(step.constant)
      default: return -1
      }
    }
    return -1
  }

  /// `struct seccomp_data`, in words of the machine's order: little-endian ones.
  private static func data(of call: Call) -> [UInt32] {
    let arguments = (0..<6).flatMap { index -> [UInt32] in
      let argument = index < call.arguments.count ? call.arguments[index] : 0
      return [UInt32(truncatingIfNeeded: argument), UInt32(truncatingIfNeeded: argument >> 32)]
    }
    return [call.number, call.machine, 0, 0] + arguments
  }

  private static func meaning(_ action: UInt32) -> Int32 {
    switch action & 0xFFFF_0000 {
    case 0x7FFF_0000: 0
    case 0x0005_0000: Int32(action & 0xFFFF)
    default: -1
    }
  }
}
