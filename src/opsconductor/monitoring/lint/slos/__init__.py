"""Checks of OpenSLO documents, one module for each thing that can be wrong."""
