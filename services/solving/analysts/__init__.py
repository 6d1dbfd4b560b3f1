"""The implementations of the seven decisions."""
