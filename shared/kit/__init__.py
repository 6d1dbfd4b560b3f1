"""Framework-free building blocks that every package, engines included, may import."""
