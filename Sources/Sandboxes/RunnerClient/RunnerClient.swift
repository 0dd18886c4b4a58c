// RunnerClient: see docs/modules.md
