"""The storyline: which slides tell the argument, in which order, and what each says."""
