#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum step { STEP_SESSION, STEP_USER, STEP_DESCRIPTORS, STEP_DIRECTORY, STEP_EXECUTE };
static const char *const step_names[] = {"setsid", "setuid", "dup2", "chdir", "execve"};

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

// Moves a descriptor above the three that dup2 is going to overwrite.
static int lifted(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

static void close_all_on_exec(void) {
#ifdef SYS_close_range
  const unsigned close_on_exec = 1U << 2;
  if (syscall(SYS_close_range, 3U, ~0U, close_on_exec) == 0) return;
#endif
  // Kernels before 5.11, and gVisor: everything this program opens is close-on-exec, this covers what it inherited.
  for (int descriptor = 3; descriptor < 1024; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static void child(const struct cspawn_request *request, int channel, pid_t parent) {
  if (setsid() < 0) fail(channel, STEP_SESSION);
  // Join a new, nameless keyring: the keys in the parent's are none of the child's business. Where the kernel has no
  // keyrings, or a container's filter keeps everybody from them, there is nothing to leave.
  syscall(SYS_keyctl, 1, NULL, 0, 0, 0);
  if (request->change_user) {
    // The C library's own setuid would speak to the other threads of the parent, which do not exist here.
    if (syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, request->group, request->group, request->group) < 0)
      fail(channel, STEP_USER);
    if (syscall(SYS_setresuid, request->user, request->user, request->user) < 0) fail(channel, STEP_USER);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail(channel, STEP_USER);
  }
  // After the change of user, which takes it back.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before the request to be told of it.
  if (getppid() != parent) _exit(127);

  int in = lifted(request->standard_input);
  int out = lifted(request->standard_output);
  int error = lifted(request->standard_error);
  if (in < 0 || out < 0 || error < 0) fail(channel, STEP_DESCRIPTORS);
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(error, 2) < 0) fail(channel, STEP_DESCRIPTORS);
  close_all_on_exec();
  if (request->directory && chdir(request->directory) < 0) fail(channel, STEP_DIRECTORY);

  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < 65; number++) sigaction(number, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(request->path, request->arguments, request->environment);
  fail(channel, STEP_EXECUTE);
}

pid_t cspawn_start(const struct cspawn_request *request, const char **failed_step) {
  *failed_step = "pipe2";
  int raw[2];
  if (pipe2(raw, O_CLOEXEC) < 0) return -errno;
  int channel[2] = {lifted(raw[0]), lifted(raw[1])};
  close(raw[0]);
  close(raw[1]);
  pid_t parent = getpid();
  *failed_step = "fork";
  pid_t process = fork();
  if (process == 0) child(request, channel[1], parent);
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
  // End of file: exec has closed the channel.
  if (count != sizeof report) return process;
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  *failed_step = step_names[report.step];
  return -report.error;
}

int cspawn_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static int wait_for(idtype_t type, id_t id, siginfo_t *info) {
  while (waitid(type, id, info, WEXITED | WNOWAIT) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

int cspawn_wait_ended(pid_t process, int *exit_code, int *signal_number) {
  siginfo_t info = {0};
  int error = wait_for(P_PID, (id_t)process, &info);
  if (error) return error;
  bool exited = info.si_code == CLD_EXITED;
  *exit_code = exited ? info.si_status : -1;
  *signal_number = exited ? -1 : info.si_status;
  return 0;
}

pid_t cspawn_wait_any(void) {
  siginfo_t info = {0};
  int error = wait_for(P_ALL, 0, &info);
  return error ? -error : info.si_pid;
}

int cspawn_shield(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
