// Wide-character ncurses. The feature macro is set here because SwiftPM drops the -D flags of ncursesw's pkg-config file.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <ncurses.h>
