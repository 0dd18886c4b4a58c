#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec, only async-signal-safe calls are allowed: this process has threads.

enum step { VISIT_TERMINAL, VISIT_GROUPS, VISIT_NAMESPACES, VISIT_USER, VISIT_FILTER, VISIT_DIRECTORY, VISIT_EXECUTE };
static const char *const step_names[] = {"terminal", "cgroup", "setns", "setuid", "seccomp", "chdir", "execve"};

struct report {
  int step;
  int error;
};

static void fail(int channel, enum step step) {
  struct report report = {step, errno};
  ssize_t ignored = write(channel, &report, sizeof report);
  (void)ignored;
  _exit(127);
}

static void reset_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < 65; number++) sigaction(number, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void enter_groups(const struct cspawn_visit *visit, int channel) {
  for (const char *const *group = visit->groups; *group; group++) {
    int file = open(*group, O_WRONLY | O_CLOEXEC);
    // "0" is whoever writes.
    if (file < 0 || write(file, "0", 1) != 1) fail(channel, VISIT_GROUPS);
    close(file);
  }
}

static void take_terminal(const struct cspawn_visit *visit, int channel) {
  if (setsid() < 0) fail(channel, VISIT_TERMINAL);
  int terminal = open(visit->terminal, O_RDWR | O_NOCTTY);
  if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0) fail(channel, VISIT_TERMINAL);
  for (int descriptor = 0; descriptor < 3; descriptor++)
    if (dup2(terminal, descriptor) < 0) fail(channel, VISIT_TERMINAL);
}

static void drop_rights(const struct cspawn_visit *visit, int channel) {
  for (int capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  // The C library's own would speak to the other threads, which do not exist here.
  if (syscall(SYS_setresgid, visit->group, visit->group, visit->group) < 0) fail(channel, VISIT_USER);
  if (syscall(SYS_setresuid, visit->user, visit->user, visit->user) < 0) fail(channel, VISIT_USER);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail(channel, VISIT_USER);
}

static void visitor(const struct cspawn_visit *visit, int channel, int life) {
  take_terminal(visit, channel);
  enter_groups(visit, channel);
  // A new, nameless keyring; without keyrings there is nothing to leave.
  syscall(SYS_keyctl, 1, NULL, 0, 0, 0);
  if (syscall(SYS_setgroups, 0, NULL) < 0) fail(channel, VISIT_USER);
  // All at once: inside the namespace of users there would be no right to join those that belong to the machine.
  if (visit->namespaces && setns(visit->process, visit->namespaces) < 0) fail(channel, VISIT_NAMESPACES);
  drop_rights(visit, channel);
  // After the change of user, which takes it back. The one who waits may have been killed before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct pollfd entry = {life, POLLIN, 0};
  if (poll(&entry, 1, 0) != 0) _exit(127);
  if (chdir(visit->directory) < 0 && chdir("/") < 0) fail(channel, VISIT_DIRECTORY);
  reset_signals();
  if (syscall(SYS_close_range, 3U, ~0U, 1U << 2 /* on exec */) < 0) fail(channel, VISIT_EXECUTE);
  struct sock_fprog program = {
      (unsigned short)(visit->filter_size / sizeof(struct sock_filter)), (struct sock_filter *)visit->filter};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0) fail(channel, VISIT_FILTER);
  execve(visit->path, visit->arguments, visit->environment);
  fail(channel, VISIT_EXECUTE);
}

// Outside the jail's processes, where nobody in there can see it.
static void keeper(const struct cspawn_visit *visit, int channel) {
  reset_signals();
  int life[2];
  if (pipe2(life, O_CLOEXEC) < 0) fail(channel, VISIT_EXECUTE);
  if (visit->joins_processes && setns(visit->process, CLONE_NEWPID) < 0) fail(channel, VISIT_NAMESPACES);
  pid_t process = fork();
  if (process < 0) fail(channel, VISIT_EXECUTE);
  if (process == 0) {
    close(life[1]);
    // Above the three that become the terminal.
    int reading = fcntl(life[0], F_DUPFD_CLOEXEC, 3);
    visitor(visit, channel, reading);
  }
  // Nothing of the parent's is kept open, or it would not be closed when the parent closes it.
  dup2(life[1], 0);
  syscall(SYS_close_range, 1U, ~0U, 0U);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

pid_t cspawn_enter(const struct cspawn_visit *visit, const char **failed_step) {
  *failed_step = "pipe2";
  int channel[2];
  if (pipe2(channel, O_CLOEXEC) < 0) return -errno;
  *failed_step = "fork";
  pid_t process = fork();
  if (process == 0) {
    int report = fcntl(channel[1], F_DUPFD_CLOEXEC, 3);
    keeper(visit, report < 0 ? channel[1] : report);
  }
  int error = errno;
  close(channel[1]);
  if (process < 0) {
    close(channel[0]);
    return -error;
  }
  struct report report;
  ssize_t count;
  do count = read(channel[0], &report, sizeof report);
  while (count < 0 && errno == EINTR);
  close(channel[0]);
  if (count != sizeof report) return process;
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  *failed_step = step_names[report.step];
  return -report.error;
}
