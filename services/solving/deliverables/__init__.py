"""Deliverables: the deck and its summaries as files, rendered from the recorded storyline and from nothing else."""
