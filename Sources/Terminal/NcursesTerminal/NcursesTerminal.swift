// NcursesTerminal: see docs/modules.md
