/// How a phrase for a screen becomes a sentence.
extension String {
  package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  package var asSentence: String {
    let text = capitalizedFirst
    return text.hasSuffix(".") ? text : "\(text)."
  }
}
