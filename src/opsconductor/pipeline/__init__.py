"""ai-pipeline: turns a sentence into tool runs and a readable answer."""
