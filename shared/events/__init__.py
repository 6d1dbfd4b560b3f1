"""Live updates: a bell that may get lost, and a hub that never does because it reads the rows."""
