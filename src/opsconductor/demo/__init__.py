"""Demo traffic: what a handful of ordinary users would send, so that a fresh system shows life."""
