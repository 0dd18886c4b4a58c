import ControlModel

/// How the app-server is started. A shell inside the sandbox does it, because the model provider is made of variables
/// of the agent's environment, which the driver does not know: Codex itself reads neither `OPENAI_BASE_URL` nor, as an
/// app-server, `OPENAI_API_KEY`, and its built-in provider tries a WebSocket six times before it speaks plain HTTP.
struct CodexCommandLine {
  private let configuration: RuntimeConfiguration

  init(_ configuration: RuntimeConfiguration) {
    self.configuration = configuration
  }

  var words: [String] {
    let command = configuration.command.isEmpty ? ["codex"] : configuration.command
    return ["/bin/sh", "-c", Self.script, "paddock-codex"] + command + ["app-server"]
  }

  var environment: [String: String] { ["CODEX_HOME": "\(configuration.stateDirectory)/codex"] }

  private static let script = """
    mkdir -p "$CODEX_HOME"
    if [ -n "${OPENAI_BASE_URL-}${OPENAI_API_KEY-}" ]; then
      set -- "$@" -c model_provider=paddock -c model_providers.paddock.name=Paddock \
        -c "model_providers.paddock.base_url=${OPENAI_BASE_URL:-https://api.openai.com/v1}" \
        -c model_providers.paddock.wire_api=responses
      if [ -n "${OPENAI_API_KEY-}" ]; then set -- "$@" -c model_providers.paddock.env_key=OPENAI_API_KEY; fi
    fi
    exec "$@"
    """
}
