"""The issue tree: its append-only history, and its projection into the graph store."""
