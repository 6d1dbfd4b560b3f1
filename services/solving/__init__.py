"""The main context: problems worked through the seven steps."""
