"""The analysis engine: tables in, findings out. Knows no problem, user or store."""
