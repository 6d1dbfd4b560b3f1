"""The synthesis: what the findings add up to, what each action would bring, and how sure that is."""
