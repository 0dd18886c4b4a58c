#define _GNU_SOURCE
#include "CTerminalSignals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int told[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT};
static const int fatal[] = {SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT, SIGSYS};
enum { TOLD = sizeof told / sizeof *told, FATAL = sizeof fatal / sizeof *fatal };

static int terminal = -1;
static int channel[2] = {-1, -1};
static struct termios attributes;
static char sequence[512];
static size_t sequence_length;
static atomic_int armed;
static atomic_int ending;
static struct sigaction before[TOLD + FATAL];

void terminal_signals_restore(void) {
  if (!atomic_exchange(&armed, 0)) return;
  // A process in the background would be stopped by the next call, and its terminal stay as it is.
  struct sigaction ignore = {.sa_handler = SIG_IGN}, former;
  sigaction(SIGTTOU, &ignore, &former);
  size_t done = 0;
  while (done < sequence_length) {
    ssize_t count = write(terminal, sequence + done, sequence_length - done);
    if (count <= 0) break;
    done += (size_t)count;
  }
  tcsetattr(terminal, TCSANOW, &attributes);
  sigaction(SIGTTOU, &former, NULL);
}

// Ends as the program would have ended without us: a runtime's own crash reporter still gets its turn.
static void end_by(int number) {
  terminal_signals_restore();
  struct sigaction former = {.sa_handler = SIG_DFL};
  for (int i = 0; i < FATAL; i++) {
    if (fatal[i] == number && before[TOLD + i].sa_handler != SIG_IGN) former = before[TOLD + i];
  }
  sigaction(number, &former, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  // A crash reporter returns, and relies on the fault to come again; one that somebody sent does not.
  former.sa_handler = SIG_DFL;
  former.sa_flags = 0;
  sigaction(number, &former, NULL);
  raise(number);
}

static void on_told(int number) {
  int saved = errno;
  int ends = number == SIGTERM || number == SIGHUP || number == SIGINT;
  if (ends && atomic_fetch_add(&ending, 1) > 0) end_by(number);
  unsigned char byte = (unsigned char)number;
  // A full pipe already holds enough to wake the reader.
  ssize_t ignored = write(channel[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

static void on_fatal(int number) { end_by(number); }

static void on_exit_restore(void) { terminal_signals_restore(); }

static void handle(int number, void (*handler)(int), int flags, struct sigaction *former) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, former);
}

int terminal_signals_install(int descriptor) {
  static int registered;
  static char stack[65536];
  if (tcgetattr(descriptor, &attributes) != 0) return -1;
  if (channel[0] < 0 && pipe2(channel, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  terminal = descriptor;
  atomic_store(&ending, 0);
  // A stack of its own, so that the main thread's overflow can be handled too.
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  for (int i = 0; i < TOLD; i++) handle(told[i], on_told, SA_RESTART, &before[i]);
  for (int i = 0; i < FATAL; i++) handle(fatal[i], on_fatal, SA_ONSTACK | SA_NODEFER, &before[TOLD + i]);
  if (!registered) registered = atexit(on_exit_restore) == 0 && at_quick_exit(on_exit_restore) == 0;
  return channel[0];
}

int terminal_signals_arm(const char *restore, size_t length) {
  if (length > sizeof sequence) return -1;
  memcpy(sequence, restore, length);
  sequence_length = length;
  atomic_store(&armed, 1);
  return 0;
}

void terminal_signals_disarm(void) { atomic_store(&armed, 0); }

void terminal_signals_stop(void) {
  struct sigaction former;
  handle(SIGTSTP, SIG_DFL, 0, &former);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &former, NULL);
}

void terminal_signals_uninstall(void) {
  for (int i = 0; i < TOLD; i++) sigaction(told[i], &before[i], NULL);
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &before[TOLD + i], NULL);
}
