#pragma once
// What Linux offers beyond POSIX and Swift's Glibc module leaves out.
#include <spawn.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// A descriptor for a process: readable when the process has ended; never means another process of the same number.
static inline int paddock_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int paddock_pidfd_send_signal(int pidfd, int number) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

// Declared by the system's headers for _GNU_SOURCE only, which Swift's Glibc module is built without.
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// POSIX_SPAWN_SETSID: the program starts in a session of its own.
static inline short paddock_posix_spawn_setsid(void) { return 0x80; }
