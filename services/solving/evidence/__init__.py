"""The ledger of numbers: every number anybody is shown, and how to compute it again."""
