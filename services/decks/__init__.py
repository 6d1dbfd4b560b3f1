"""The deck engine: a deck model in, files out. Knows no problem, user or store."""
