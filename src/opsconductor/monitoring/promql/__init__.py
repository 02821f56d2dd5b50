"""PromQL as a tree, and what labels and values each of its nodes yields. No input or output."""
