// TerminalCore: see docs/modules.md
