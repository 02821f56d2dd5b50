"""Where and how a tool's command runs; `local` is this machine."""
