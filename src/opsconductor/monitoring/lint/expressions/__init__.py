"""Checks of single expressions, one module for each thing that can be wrong."""
