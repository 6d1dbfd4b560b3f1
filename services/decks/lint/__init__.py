"""The checks a machine makes before anybody sees a deck: twenty-two rules over a .pptx file of any origin.

`lint_file(data)` reads the file and nothing else, so a deck somebody edited is checked as it stands. Our own decks carry a
manifest of what every text claims; a foreign deck has none, and the rules that need one say that they do not apply.
An error blocks approval, a warning needs a reason.
"""

from services.decks.lint.contract import Companions, Issue, Outcome, Report, RuleResult, Severity
from services.decks.lint.registry import RULES, lint_deck, lint_file

__all__ = ["RULES", "Companions", "Issue", "Outcome", "Report", "RuleResult", "Severity", "lint_deck", "lint_file"]
