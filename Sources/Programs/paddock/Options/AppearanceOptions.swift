import ArgumentParser

/// How the console looks and which keys it knows.
struct AppearanceOptions: ParsableArguments {
  @Option(help: "A theme: dark, light, high-contrast, mono, or a file (a path, or a name that ends in .yaml).")
  var theme: String?
  @Option(help: "A keymap: default, vi, emacs, or a file, likewise.") var keymap: String?
}
