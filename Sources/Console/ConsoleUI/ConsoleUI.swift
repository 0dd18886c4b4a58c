// ConsoleUI: see docs/modules.md
