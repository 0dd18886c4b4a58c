import CCurl

/// The raw connections of an event loop.
extension EventLoop {
  func open(_ channel: DuplexChannel) {
    guard !channel.hasEnded, !channel.isClosing else { return channel.finish(.failure(.cancelled)) }
    nextOwner = nextOwner == .max ? 1 : nextOwner + 1
    do throws(HTTPTransportError) {
      let link = try DuplexLink(channel, owner: nextOwner, epoll: epoll, configuration)
      links[nextOwner] = link
      owners[ObjectIdentifier(channel)] = nextOwner
      note(link.deadline)
      settle(link, nil)
    } catch {
      channel.finish(.failure(error))
    }
  }

  func move(_ channel: DuplexChannel) {
    guard let link = link(of: channel) else { return }
    settle(link, channel.hasEnded ? .failure(.cancelled) : link.move())
  }

  func beginClosing(_ channel: DuplexChannel) {
    guard let link = link(of: channel) else { return }
    settle(link, channel.hasEnded ? .failure(.cancelled) : link.beginClosing())
    note(link.deadline)
  }

  func work(_ ready: curl_shim_ready) {
    // An owner that is gone has closed its sockets after they were found ready.
    guard let link = links[ready.owner] else { return }
    settle(link, link.work(ready))
  }

  func workLinksOnTime(_ now: ContinuousClock.Instant) {
    guard let due = linkTimer, due <= now else { return }
    linkTimer = nil
    for link in Array(links.values) {
      let isDue = link.timer.map { $0 <= now } ?? false
      settle(link, isDue ? link.workOnTime() : nil)
    }
  }

  func expireLinks(_ now: ContinuousClock.Instant) {
    for link in Array(links.values) {
      guard let deadline = link.deadline else { continue }
      if now >= deadline {
        settle(link, .failure(.timedOut(endpoint: link.channel.endpoint, .total)))
      } else {
        note(deadline)
      }
    }
  }

  func closeLinks() {
    for link in Array(links.values) { settle(link, .failure(.closed)) }
  }

  private func link(of channel: DuplexChannel) -> DuplexLink? {
    owners[ObjectIdentifier(channel)].flatMap { links[$0] }
  }

  private func settle(_ link: DuplexLink, _ end: Result<Void, HTTPTransportError>?) {
    guard let end else {
      if let timer = link.timer { linkTimer = min(linkTimer ?? timer, timer) }
      return
    }
    links[link.owner] = nil
    owners[ObjectIdentifier(link.channel)] = nil
    link.channel.finish(end)
  }
}
