// LocalSandboxEngine: see docs/modules.md
