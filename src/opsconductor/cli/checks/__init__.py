"""What `opsconductor check` looks at, one module for each stretch of the path."""
