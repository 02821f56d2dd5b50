"""automation-service: runs tools, remembers every run, and searches the catalogue of tools."""
