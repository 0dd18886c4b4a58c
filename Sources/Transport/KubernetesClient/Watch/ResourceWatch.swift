import ControlModel
import HTTPTransport

extension KubernetesAPI {
  /// A collection as it is and as it changes, of all namespaces for `nil`. It never ends by itself: it lasts until the
  /// task that reads it is cancelled or lets go of it. Nothing is asked of the server before the first element is, and
  /// what is not read waits there.
  package func watch<Resource: KubernetesResource>(
    _ resource: Resource.Type, in namespace: String? = nil, _ selector: ObjectSelector = .init(),
    timing: WatchTiming = .init()
  ) -> ResourceWatch<Resource> {
    ResourceWatch(api: self, namespace: namespace, selector: selector, timing: timing)
  }
}

package struct WatchTiming: Sendable {
  /// The server ends a stream after this; each asks for up to a quarter less, so that many do not end together.
  package var lifetime = Duration.seconds(300)
  /// A stream that outlives its time by this is dead.
  package var grace = Duration.seconds(15)
  /// A stream that lived as long as this ended for no fault of the server's.
  package var healthyAfter = Duration.seconds(10)
  package var pace = RetryPace()
  /// Objects in one page of a list.
  package var pageSize = KubernetesAPI.pageSize
  /// The first list is what the API server has in its cache: several times quicker for thousands of objects, and maybe
  /// seconds old on a server that is behind the others. What happened since is told right after.
  package var beginsWithSnapshot = false

  package init(beginsWithSnapshot: Bool = false) {
    self.beginsWithSnapshot = beginsWithSnapshot
  }
}

/// Read by one consumer; each element is what has arrived since the last, at least one change.
package struct ResourceWatch<Resource: KubernetesResource>: AsyncSequence, Sendable {
  package typealias Element = [WatchChange<Resource>]
  package typealias Failure = Never

  let api: KubernetesAPI
  let namespace: String?
  let selector: ObjectSelector
  let timing: WatchTiming

  package func makeAsyncIterator() -> Iterator { Iterator(watch: self) }

  package struct Iterator: AsyncIteratorProtocol {
    private let watch: ResourceWatch
    private var machine: WatchStateMachine<Resource>
    private var body: HTTPBody?
    private let start = ContinuousClock.now

    fileprivate init(watch: ResourceWatch) {
      self.watch = watch
      machine = .init(
        pageSize: watch.timing.pageSize, healthyAfter: watch.timing.healthyAfter, pace: watch.timing.pace,
        beginsWithSnapshot: watch.timing.beginsWithSnapshot)
    }

    package mutating func next(isolation actor: isolated (any Actor)?) async -> [WatchChange<Resource>]? {
      await next()
    }

    /// `nil` once the task is cancelled.
    package mutating func next() async -> [WatchChange<Resource>]? {
      while !Task.isCancelled {
        let changes = if let body { await read(body) } else { await perform(machine.next()) }
        if !changes.isEmpty { return changes }
      }
      body = nil
      return nil
    }

    private var now: Duration { ContinuousClock.now - start }

    private mutating func perform(
      _ action: WatchStateMachine<Resource>.Action
    ) async -> [WatchChange<Resource>] {
      do throws(KubernetesError) {
        switch action {
        case .wait(let duration): try? await Task.sleep(for: duration)
        case .list(let limit, let token):
          return machine.received(page: try await watch.page(limit: limit, continueToken: token), at: now)
        case .snapshot:
          body = try await watch.snapshot()
          return machine.opened(at: now)
        case .watch(let version):
          body = try await watch.stream(from: version)
          return machine.opened(at: now)
        }
        return []
      } catch {
        return Task.isCancelled ? [] : machine.failed(error, at: now)
      }
    }

    private mutating func read(_ stream: HTTPBody) async -> [WatchChange<Resource>] {
      let changes: [WatchChange<Resource>]
      do throws(HTTPTransportError) {
        changes =
          if let bytes = try await stream.next() { machine.received(bytes, at: now) } else { machine.ended(at: now) }
      } catch {
        changes = Task.isCancelled ? [] : machine.failed(.transport(error), at: now)
      }
      if !machine.isReading { body = nil }
      return changes
    }
  }
}

extension ResourceWatch {
  fileprivate func page(limit: Int?, continueToken: String?) async throws(KubernetesError) -> JSONValue {
    let subject = RequestSubject("list", Resource.type, namespace: namespace)
    // The machine has a pace of its own and tells each failure.
    return try await api.page(subject, selector, limit: limit, continueToken: continueToken, retries: 0)
  }

  fileprivate func snapshot() async throws(KubernetesError) -> HTTPBody {
    var request = APIRequest("GET", RequestSubject("list", Resource.type, namespace: namespace))
    request.query = selector.query + [("resourceVersion", "0")]
    request.idleTimeout = KubernetesAPI.listTimeout
    request.acceptsCompression = true
    return try await api.stream(request).body
  }

  fileprivate func stream(from version: String) async throws(KubernetesError) -> HTTPBody {
    var request = APIRequest("GET", RequestSubject("watch", Resource.type, namespace: namespace))
    let lifetime = timing.lifetime * Double.random(in: 0.75...1)
    request.query =
      selector.query + [
        ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
        ("timeoutSeconds", "\(Swift.max(1, lifetime.components.seconds))"),
      ]
    request.idleTimeout = lifetime + timing.grace
    return try await api.stream(request).body
  }
}
