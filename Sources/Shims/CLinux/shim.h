#pragma once
// What Linux offers beyond POSIX and Swift's Glibc module leaves out.
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// A descriptor for a process: readable when the process has ended; never means another process of the same number.
static inline int paddock_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int paddock_pidfd_send_signal(int pidfd, int number) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}
