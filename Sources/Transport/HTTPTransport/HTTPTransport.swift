// HTTPTransport: see docs/modules.md
