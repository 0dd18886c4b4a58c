#pragma once
#include <stdbool.h>
#include <sys/types.h>

// What must happen between fork and exec, where only async-signal-safe calls are allowed and Swift cannot run.

struct cspawn_request {
  const char *path;
  char *const *arguments;
  char *const *environment;
  // NULL: the parent's.
  const char *directory;
  int standard_input;
  int standard_output;
  int standard_error;
  // Become this user and group, without further groups and any way back to privileges.
  bool change_user;
  uid_t user;
  gid_t group;
};

// pipe2 with O_CLOEXEC, which the Glibc module does not show.
int cspawn_pipe(int ends[2]);

// Starts a program as the leader of a session of its own, with a session keyring of its own, with no other descriptors than the three, default signal
// handling, and a SIGKILL when the *thread* that called this ends (PR_SET_PDEATHSIG). Returns the process id, or the
// negative errno of the step that failed; *failed_step then names it.
pid_t cspawn_start(const struct cspawn_request *request, const char **failed_step);

// Waits until the process has ended, and leaves it a zombie, so that its process group can still be signalled safely.
// Returns 0 and either an exit code or a signal number (the other is -1), or an errno.
int cspawn_wait_ended(pid_t process, int *exit_code, int *signal_number);

// Keeps processes of the same user from tracing this one and from reading its memory and environment. 0, or -1 and errno.
int cspawn_shield(void);

// Waits until any child has ended and leaves it a zombie; its id, or the negative errno.
pid_t cspawn_wait_any(void);

// Who is let into the namespaces of another process, and as what.
struct cspawn_visit {
  // A pidfd of that process.
  int process;
  // CLONE_NEW… flags of the namespaces to join; those of processes apart, as they take one more process.
  int namespaces;
  bool joins_processes;
  // As they are called in there.
  uid_t user;
  gid_t group;
  // The path of the terminal that becomes the visitor's own.
  const char *terminal;
  // cgroup.procs files to be entered, and NULL.
  const char *const *groups;
  const char *directory;
  // Instructions for seccomp, in bytes.
  const void *filter;
  size_t filter_size;
  const char *path;
  char *const *arguments;
  char *const *environment;
};

// Starts a program in the namespaces, groups and limits of another process, without any capability, with a session
// keyring of its own and behind a filter. The returned process waits for it and ends as it does, with 128 and the signal's
// number for one that was killed; killing the returned process kills the program. On failure as cspawn_start.
pid_t cspawn_enter(const struct cspawn_visit *visit, const char **failed_step);
