// SandboxRunner: see docs/modules.md
