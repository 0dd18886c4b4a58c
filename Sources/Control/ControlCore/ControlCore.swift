// ControlCore: see docs/modules.md
