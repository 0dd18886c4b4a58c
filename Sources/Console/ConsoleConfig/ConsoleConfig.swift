// ConsoleConfig: see docs/modules.md
