import ConsoleConfig
import ControlModel
package import TerminalCore

/// The console at work: owns the state and the terminal, performs effects, draws. The only place that starts tasks.
///
/// `await ConsoleRuntime(device:services:configuration:).run()` returns when the operator leaves; the device is closed
/// by then. Everything here runs on the UI thread and never waits: stores are called from other threads.
@MainActor
package final class ConsoleRuntime {
  /// Draws are at least this far apart, but for the one that answers a key.
  static let frame = Duration.milliseconds(16)

  package internal(set) var state: ConsoleState
  let device: any TerminalDevice
  let performer: EffectPerformer
  let glyphs: GlyphSet
  private var loads = LoadQueue()
  private var surface: Surface
  private var lastDraw: ContinuousClock.Instant?
  private var isDrawScheduled = false
  var openTasks = 0
  var visit: TerminalVisit?
  var logTask: Task<Void, Never>?
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []
  private var ending: CheckedContinuation<Void, Never>?
  private(set) var hasEnded = false
  private var timers: [Task<Void, Never>] = []
  private var retry = RetryDelay()
  private var isWaitingToRetry = false
  /// Milliseconds that the store last took for a small question.
  private var latency: Int64 = 0
  /// When the store answered last: the screen is of then.
  private var answeredAt: Timestamp?
  private var areChangesHeld = false
  private var heldChanges: StoreChange?

  package init(device: any TerminalDevice, services: ConsoleServices, configuration: ConsoleConfiguration) {
    self.device = device
    performer = EffectPerformer(services: services, configuration: configuration)
    let settings = configuration.settings()
    let colors = settings.settings.colors ?? device.capabilities.colors
    glyphs =
      switch settings.settings.glyphs {
      case .auto: device.capabilities.glyphs
      case .unicode: .unicode
      case .ascii: .ascii
      }
    surface = Surface(size: device.size)
    state = ConsoleState(
      storeName: configuration.storeName, size: device.size,
      theme: settings.theme(settings.settings.theme, colors: colors).theme, keymap: settings.keymap,
      themeNames: settings.themeNames, keymapNames: Set(configuration.files.keymaps.keys).union(["default"]).sorted(),
      localTime: configuration.localTime, now: configuration.clock())
    if let warning = settings.warnings.first {
      let more = settings.warnings.count > 1 ? " (and \(settings.warnings.count - 1) more)" : ""
      state.say("\(untrusted: warning.description + more)", .warning)
    }
  }

  /// Shows the console until the operator leaves it or the terminal goes away.
  package func run() async {
    begin()
    await withCheckedContinuation { continuation in
      if hasEnded { continuation.resume() } else { ending = continuation }
    }
    for timer in timers { timer.cancel() }
    logTask?.cancel()
    device.close()
    await visit?.close()
  }

  /// Starts without waiting for the end; tests drive the console with this and `idle`.
  package func begin() {
    device.setEventHandler { [weak self] event in self?.receive(event) }
    perform(state.firstEffects)
    draw()
    timers = [
      Task { [weak self] in await self?.tickEverySecond() }, Task { [weak self] in await self?.watchChanges() },
      Task { [weak self] in await self?.watchCore() },
    ]
  }

  /// Returns when no effect is under way and what it changed is drawn.
  package func idle() async {
    if openTasks > 0 {
      await withCheckedContinuation { idleWaiters.append($0) }
    }
    draw()
  }

  /// For tests and timers: what happened, as if it had come from outside.
  package func receive(_ event: ConsoleEvent) {
    take(event)
    scheduleDraw()
  }

  // MARK: Events

  private func receive(_ event: TerminalEvent) {
    switch event {
    case .key(let key): take(.key(key))
    case .paste(let text): take(.paste(text))
    case .resize(let size):
      surface = Surface(size: size)
      visit?.resize(size)
      take(.resize(size))
    case .resumed: take(.tick)
    case .focus: return
    case .hangup: end()
    }
    draw()
  }

  func take(_ event: ConsoleEvent) {
    perform(state.handle(event, at: performer.configuration.clock()))
  }

  // MARK: Effects

  private func perform(_ effects: [ConsoleEffect]) {
    for effect in effects {
      if let kind = effect.loadKind {
        if let next = loads.request(effect, kind) { start(next) }
      } else {
        performHere(effect)
      }
    }
  }

  private func performHere(_ effect: ConsoleEffect) {
    switch effect {
    case .quit: end()
    case .redraw: device.invalidate()
    case .copy(let text): copy(text)
    case .openTerminal(let request): openTerminal(request)
    case .followLog(let session, let number): followLog(of: session, number)
    case .endLog: logTask?.cancel()
    case .saveScreen(let path): saveScreen(path)
    case .loadTheme(let name): loadTheme(name)
    case .loadKeymap(let name): loadKeymap(name)
    default: start(effect)
    }
  }

  /// Counted before it starts, so that nobody takes the console for idle in between.
  private func start(_ effect: ConsoleEffect) {
    openTasks += 1
    Task {
      let event = await performer.perform(effect)
      finish(effect, event)
    }
  }

  func finish(_ effect: ConsoleEffect, _ event: ConsoleEvent?) {
    if case .failed(let failure, _) = event, failure.code == .unavailable {
      noteLoss(failure)
    } else if effect.loadKind != nil {
      noteAnswer()
    }
    if let kind = effect.loadKind, let next = loads.finished(kind) { start(next) }
    if let event { take(event) }
    scheduleDraw()
    openTasks -= 1
    guard openTasks == 0 else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  /// Every answer of the store tells that it is there.
  private func noteAnswer() {
    retry = RetryDelay()
    answeredAt = performer.configuration.clock()
    take(.connectionChanged(.connected(latencyMilliseconds: latency)))
  }

  private func noteLoss(_ failure: ControlFailure) {
    let now = performer.configuration.clock()
    guard !isWaitingToRetry else { return }
    isWaitingToRetry = true
    let seconds = retry.next()
    take(.connectionChanged(.lost(failure, nextTry: now.advanced(bySeconds: seconds), since: answeredAt ?? now)))
    askForAdvice()
    Task { [weak self] in
      try? await Task.sleep(for: .seconds(seconds))
      self?.tryAgain()
    }
  }

  private func askForAdvice() {
    guard case .lost = state.connection else { return }
    Task { [weak self] in
      let advice = await self?.performer.advice()
      self?.receive(.adviceChanged(advice))
    }
  }

  private func tryAgain() {
    isWaitingToRetry = false
    perform(state.firstEffects)
  }

  // MARK: Timers

  private func tickEverySecond() async {
    while !Task.isCancelled, !hasEnded {
      try? await Task.sleep(for: .seconds(1))
      if Task.isCancelled { return }
      take(.tick)
      askForAdvice()
      scheduleDraw()
    }
  }

  private func watchChanges() async {
    while !Task.isCancelled, !hasEnded {
      for await change in performer.services.changes() {
        if hasEnded { return }
        hold(change)
      }
      // The stream ended with its connection: what was missed is read anew.
      try? await Task.sleep(for: .seconds(1))
      if !Task.isCancelled { hold(.everything) }
    }
  }

  /// Changes that arrive faster than this are read together.
  private func hold(_ change: StoreChange) {
    if case .lost = change {
      noteLoss(ControlFailure(.unavailable, "The database does not answer."))
      return scheduleDraw()
    }
    guard areChangesHeld else {
      areChangesHeld = true
      receive(.storeChanged(change))
      Task { [weak self] in
        try? await Task.sleep(for: .milliseconds(100))
        self?.releaseChanges()
      }
      return
    }
    heldChanges = heldChanges.map { $0.merged(with: change) } ?? change
  }

  private func releaseChanges() {
    areChangesHeld = false
    guard let change = heldChanges else { return }
    heldChanges = nil
    hold(change)
  }

  private func watchCore() async {
    while !Task.isCancelled, !hasEnded {
      await askForCore()
      try? await Task.sleep(for: .seconds(2))
    }
  }

  /// A small question, so its time is the store's latency, and a quiet console notices that the store is gone.
  private func askForCore() async {
    let began = ContinuousClock.now
    do throws(ControlFailure) {
      let holder = try await performer.coreHolder()
      latency = (ContinuousClock.now - began).wholeMilliseconds
      noteAnswer()
      take(.coreChanged(holder: holder.text))
      let status = try await performer.engineStatus()
      take(.engineChanged(status, uses: try await performer.diskUses(status)))
    } catch {
      if error.code == .unavailable { noteLoss(error) }
    }
    scheduleDraw()
  }

  func end() {
    hasEnded = true
    ending?.resume()
    ending = nil
  }

  // MARK: Drawing

  private func scheduleDraw() {
    guard !isDrawScheduled, !hasEnded else { return }
    let due = (lastDraw ?? .now - Self.frame) + Self.frame
    if due <= .now { return draw() }
    isDrawScheduled = true
    Task { [weak self] in
      try? await Task.sleep(until: due, clock: .continuous)
      self?.drawIfScheduled()
    }
  }

  private func drawIfScheduled() {
    guard isDrawScheduled else { return }
    draw()
  }

  private func draw() {
    isDrawScheduled = false
    guard !hasEnded else { return }
    lastDraw = .now
    ConsoleScreen.draw(state, into: &surface, glyphs: glyphs)
    device.present(surface)
  }
}
