// SecretVault: see docs/modules.md
