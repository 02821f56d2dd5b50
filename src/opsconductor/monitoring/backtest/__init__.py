"""What rules would have done over a history: alert states, incidents, scores, pictures.

Nothing here reads a file or asks a server: `opsconductor.proof` evaluates the expressions in a real
Prometheus and gives the instants at which each yielded something.
"""
