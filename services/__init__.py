"""Processes, contexts, engines and supports of the product; see docs/architecture.md for who may import whom."""
