// Signals of a full-screen program. C, because a handler may only do what is async-signal-safe.
#ifndef C_TERMINAL_SIGNALS_H
#define C_TERMINAL_SIGNALS_H

#include <stddef.h>

// Installs handlers and returns a descriptor to read: one byte, the signal's number, for each SIGWINCH, SIGCONT,
// SIGTSTP, SIGTERM, SIGHUP and SIGINT. -1 with errno on failure. A second SIGTERM, SIGHUP or SIGINT ends the program at
// once. The terminal's attributes are saved as they are at the time of the call.
int terminal_signals_install(int terminal);

// What brings the terminal back: written, and the attributes set, whenever the program ends by a signal, by a crash or
// by exit() or quick_exit() while armed. At most 512 bytes.
int terminal_signals_arm(const char *restore, size_t length);

// The terminal has been handed back: endings leave it alone.
void terminal_signals_disarm(void);

// Writes and sets what the last arming says, now, and disarms.
void terminal_signals_restore(void);

// Stops the program as SIGTSTP does by default; returns when it goes on, or at once where nobody could continue it.
void terminal_signals_stop(void);

// Puts the former handlers back.
void terminal_signals_uninstall(void);

#endif
