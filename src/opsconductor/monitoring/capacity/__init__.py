"""What a system of a given size needs, planned from what was measured on a real Prometheus."""
