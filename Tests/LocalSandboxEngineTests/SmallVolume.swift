import Glibc
import Testing

/// An ext4 of its own, in a file, mounted by loop: small enough to be filled in a moment.
final class SmallVolume {
  let place: String
  private let image: String

  /// `place` is made, and taken away again.
  init(at place: String, mebibytes: Int) throws {
    self.place = place
    image = place + ".image"
    try #require(geteuid() == 0, "only root mounts a volume")
    try #require(mkdir(place, 0o755) == 0)
    try #require(run(["/usr/bin/truncate", "-s", "\(mebibytes)M", image]) == 0)
    try #require(run(["/usr/sbin/mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0", image]) == 0)
    try #require(run(["/usr/bin/mount", "-o", "loop", image, place]) == 0)
    try #require(chmod(place, 0o755) == 0)
  }

  deinit {
    run(["/usr/bin/umount", "-l", place])
    rmdir(place)
    unlink(image)
  }
}
