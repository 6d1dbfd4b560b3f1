"""Runs of the seven steps: the row is the truth, the queue a doorbell."""
