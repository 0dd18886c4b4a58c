/// The text format of Prometheus, version 0.0.4: what is said of a name, then its samples, a line each.
package enum MetricText {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  package static func render(_ families: [MetricFamily]) -> String {
    families.map(render).joined()
  }

  private static func render(_ family: MetricFamily) -> String {
    let head = "# HELP \(family.name) \(escaped(family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
    return family.samples.reduce(into: head) { text, sample in
      text += "\(family.name)\(sample.suffix)\(render(sample.labels)) \(number(sample.value))\n"
    }
  }

  private static func render(_ labels: [MetricFamily.Label]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quote: true))\"" }.joined(separator: ",") + "}"
  }

  /// By scalars: a carriage return and a line feed are one character of a Swift string.
  private static func escaped(_ text: String, quote: Bool = false) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quote: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whole numbers without a fraction: counts are read by people, too.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
