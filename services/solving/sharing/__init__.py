"""Sharing: links through which stakeholders read an answer without an account, and what was opened through them."""
