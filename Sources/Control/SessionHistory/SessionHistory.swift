// SessionHistory: see docs/modules.md
