// Wide-character ncurses, for output only. The feature macro is set here because SwiftPM drops the -D flags of
// ncursesw's pkg-config file. Swift sees neither macros nor, under strict concurrency, C's global variables.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <wchar.h>

// Declared here because <term.h> makes macros of words such as "columns".
extern int setupterm(const char *type, int descriptor, int *status);
// Declared here because <wchar.h> does only under feature macros that a system module cannot set.
extern int wcwidth(wchar_t character);

// Columns as ncurses counts them; -1 for what it does not show.
static inline int nc_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

static inline WINDOW *nc_screen_window(void) { return stdscr; }
static inline FILE *nc_stdin(void) { return stdin; }
static inline FILE *nc_stdout(void) { return stdout; }
static inline int nc_color_pairs(void) { return COLOR_PAIRS; }

static inline uint32_t nc_bold(void) { return A_BOLD; }
static inline uint32_t nc_dim(void) { return A_DIM; }
static inline uint32_t nc_italic(void) { return A_ITALIC; }
static inline uint32_t nc_underline(void) { return A_UNDERLINE; }
static inline uint32_t nc_reverse(void) { return A_REVERSE; }

// tigetstr answers (char *)-1 for what is no string capability.
static inline const char *nc_capability(const char *name) {
  char *value = tigetstr((char *)name);
  return value == (char *)-1 ? NULL : value;
}

// Puts one place's text: a spacing character and the marks that combine with it, ended by 0.
static inline int nc_put(int row, int column, const wchar_t *text, uint32_t attributes, int pair) {
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == ERR) return ERR;
  return mvwadd_wch(stdscr, row, column, &cell);
}

static inline int nc_window_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

// Whether the effective character encoding is UTF-8, whatever LANG says.
static inline int nc_use_locale(void) {
  setlocale(LC_CTYPE, "");
  const char *codeset = nl_langinfo(CODESET);
  return codeset && codeset[0] == 'U' && codeset[1] == 'T' && codeset[2] == 'F';
}
