"""The rules analyst: every step decided by rules, templates and statistics, with no model."""

from services.solving.analysts.rules.analyst import RulesAnalyst

__all__ = ["RulesAnalyst"]
