"""What changed between two runs of a problem: steps, numbers, verdicts, findings, recommendations, slides, conclusion."""
