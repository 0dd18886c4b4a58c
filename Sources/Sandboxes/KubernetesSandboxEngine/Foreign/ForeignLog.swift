import ControlModel
import KubernetesClient

/// A pod's log for one reader.
actor ForeignLog: LogReader {
  private var iterator: PodLog.Iterator
  private var last = Timestamp(microseconds: 0)

  init(_ log: PodLog) { iterator = log.makeAsyncIterator() }

  func next() async throws(ControlFailure) -> [LogLineBytes]? {
    var reading = iterator
    let lines: [PodLogLine]?
    do throws(KubernetesError) { lines = try await reading.next() } catch { throw ControlFailure(error) }
    iterator = reading
    var taken: [LogLineBytes] = []
    for line in lines ?? [] {
      if line.isUntimed { try reject(line) }
      taken.append(take(line))
    }
    return lines == nil ? nil : taken
  }

  /// A kubelet that cannot read a log on says so in the log's place: it has no inotify instance left, the file is gone.
  private func reject(_ line: PodLogLine) throws(ControlFailure) {
    let words = String(decoding: line.content.prefix(500), as: UTF8.self)
    guard !words.isEmpty else { return }
    throw ControlFailure(.unavailable, "The node does not read the log: \(words)")
  }

  /// A piece of an overlong line has no time of its own.
  private func take(_ line: PodLogLine) -> LogLineBytes {
    last = line.timestamp ?? last
    return LogLineBytes(time: last, bytes: LogPieces.joined(line.content))
  }
}

/// Nodes keep a long line in pieces, and kubelets before 1.27 put each one's time before it, in the midst of the line.
package enum LogPieces {
  /// Bytes of a piece, with containerd and CRI-O alike.
  package static let length = 16_384
  private static let longestTime = 36

  package static func joined(_ line: ArraySlice<UInt8>) -> [UInt8] {
    guard line.count > length else { return Array(line) }
    var joined: [UInt8] = []
    var rest = line
    while rest.count > length {
      joined += rest.prefix(length)
      rest = rest.dropFirst(length)
      rest = withoutTime(rest)
    }
    return joined + rest
  }

  private static func withoutTime(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let space = bytes.prefix(longestTime).firstIndex(of: UInt8(ascii: " ")),
      Timestamp(String(decoding: bytes[..<space], as: UTF8.self)) != nil
    else { return bytes }
    return bytes[(space + 1)...]
  }
}
