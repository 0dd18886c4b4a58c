import ControlModel

/// The parameters of `item/tool/requestUserInput`.
struct CodexQuestions {
  private let questions: [JSONValue]

  init(_ parameters: JSONObject) {
    questions = Array((parameters["questions"]?.arrayValue ?? []).prefix(ClaimLimit.questions))
  }

  /// The labels to choose from, of the first question.
  var options: [String] { questions.first.map(Self.labels) ?? [] }

  /// The questions as people read them, each with its options.
  var text: String {
    questions.map { question in
      let labels = Self.labels(question)
      let words = question["question"]?.stringValue ?? ""
      return labels.isEmpty ? words : "\(words) (\(labels.joined(separator: " / ")))"
    }.joined(separator: "\n")
  }

  /// An answer with as many lines as there are questions answers each with its line, any other all of them.
  func answers(_ text: String) -> JSONObject {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    let answers = lines.count == questions.count ? lines : Array(repeating: text, count: questions.count)
    return JSONObject(
      members: zip(questions, answers).map { question, answer in
        .init(name: question["id"]?.stringValue ?? "", value: ["answers": [.string(answer)]])
      })
  }

  private static func labels(_ question: JSONValue) -> [String] {
    question["options"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
  }
}
