"""OpsConductor NG: runs operations tools, and is monitored with proof."""

__version__ = "3.0.0"
