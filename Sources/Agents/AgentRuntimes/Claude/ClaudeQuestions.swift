import ControlModel

/// The input of Claude Code's AskUserQuestion tool.
struct ClaudeQuestions {
  static let tool = "AskUserQuestion"

  private let questions: [JSONValue]

  init(_ input: JSONObject) {
    questions = Array((input["questions"]?.arrayValue ?? []).prefix(ClaimLimit.questions))
  }

  private var texts: [String] { questions.compactMap { $0["question"]?.stringValue } }

  /// The labels to choose from, of the first question.
  var options: [String] {
    questions.first?["options"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
  }

  /// The questions as people read them, each with its options.
  var text: String {
    questions.map { question in
      let labels = question["options"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
      let words = question["question"]?.stringValue ?? ""
      return labels.isEmpty ? words : "\(words) (\(labels.joined(separator: " / ")))"
    }.joined(separator: "\n")
  }

  /// An answer with as many lines as there are questions answers each with its line, any other all of them.
  func answers(_ text: String) -> JSONObject {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    let answers = lines.count == texts.count ? lines : Array(repeating: text, count: texts.count)
    return JSONObject(members: zip(texts, answers).map { .init(name: $0, value: .string($1)) })
  }
}
