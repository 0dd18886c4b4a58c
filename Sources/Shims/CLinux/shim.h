#pragma once
// What Linux offers beyond POSIX and Swift's Glibc module leaves out.
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// A descriptor for a process: readable when the process has ended; never means another process of the same number.
static inline int paddock_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int paddock_pidfd_send_signal(int pidfd, int number) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

// The calling thread, and what it starts from then on, has a session keyring of its own, nameless and empty; that of the
// others, with whatever keys are in it, is out of its reach. -1 where the kernel has no keyrings, or lets nobody at them.
static inline int paddock_leave_session_keyring(void) { return (int)syscall(SYS_keyctl, 1 /* join */, NULL, 0, 0, 0); }

// Readiness, told once for each time that it is asked for; `token` is what comes back.
enum { PADDOCK_EPOLL_IN = EPOLLIN, PADDOCK_EPOLL_OUT = EPOLLOUT };

static inline int paddock_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int paddock_epoll_set(int epoll, int descriptor, uint32_t events, uint64_t token, int is_known) {
  struct epoll_event event = {.events = events | EPOLLONESHOT, .data = {.u64 = token}};
  return epoll_ctl(epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
}

static inline int paddock_epoll_remove(int epoll, int descriptor) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

// At most 64 tokens.
static inline int paddock_epoll_wait(int epoll, uint64_t *tokens, int most) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, most < 64 ? most : 64, -1);
  for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
  return count;
}

// Declared by the system's headers for _GNU_SOURCE only, which Swift's Glibc module is built without.
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// POSIX_SPAWN_SETSID: the program starts in a session of its own.
static inline short paddock_posix_spawn_setsid(void) { return 0x80; }

// Projects of a file system, whose room can be limited. Declared here: <linux/fs.h> and <linux/quota.h> clash with the
// C library's own headers, and that library knows neither of the calls.

struct paddock_fsxattr {
  uint32_t flags, extent_size, extents, project, copy_extent_size;
  uint8_t padding[8];
};

// The project that a file belongs to, and whether what is made in a directory inherits it.
static inline int paddock_get_project(int descriptor, uint32_t *project, int *is_inherited) {
  struct paddock_fsxattr attributes = {0};
  if (ioctl(descriptor, 0x801c581f /* FS_IOC_FSGETXATTR */, &attributes) != 0) return -1;
  *project = attributes.project;
  *is_inherited = (attributes.flags & 0x200 /* FS_XFLAG_PROJINHERIT */) != 0;
  return 0;
}

static inline int paddock_set_project(int descriptor, uint32_t project, int is_inherited) {
  struct paddock_fsxattr attributes = {0};
  if (ioctl(descriptor, 0x801c581f, &attributes) != 0) return -1;
  attributes.project = project;
  attributes.flags = is_inherited ? attributes.flags | 0x200 : attributes.flags & ~(uint32_t)0x200;
  return ioctl(descriptor, 0x401c5820 /* FS_IOC_FSSETXATTR */, &attributes);
}

// `struct if_dqblk` of <linux/quota.h>: limits of room in KiB, what is taken in bytes.
struct paddock_quota {
  uint64_t hard_room, soft_room, room, hard_files, soft_files, files, room_time, files_time;
  uint32_t valid;
};

static inline int paddock_quotactl(int descriptor, unsigned command, uint32_t project, struct paddock_quota *quota) {
  return (int)syscall(443 /* quotactl_fd */, descriptor, command << 8 | 2 /* PRJQUOTA */, project, quota);
}

static inline int paddock_get_project_quota(int descriptor, uint32_t project, struct paddock_quota *quota) {
  return paddock_quotactl(descriptor, 0x800007 /* Q_GETQUOTA */, project, quota);
}

static inline int paddock_set_project_quota(int descriptor, uint32_t project, uint64_t kibibytes, uint64_t files) {
  struct paddock_quota quota = {
      .hard_room = kibibytes, .soft_room = kibibytes, .hard_files = files, .soft_files = files, .valid = 1 | 4};
  return paddock_quotactl(descriptor, 0x800008 /* Q_SETQUOTA */, project, &quota);
}
