"""The canary: asks the running system what a user would ask, and checks the answers."""
