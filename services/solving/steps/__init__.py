"""The seven steps: what each takes, what each gives, and the order they go in."""
