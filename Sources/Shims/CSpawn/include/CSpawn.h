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

// Starts a program as the leader of a session of its own, with no other descriptors than the three, default signal
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
