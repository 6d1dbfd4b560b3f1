"""The kinds of slides, one module for each, and which draws what."""

from collections.abc import Callable
from typing import Any

from services.decks.page import Page
from services.decks.pptx.kinds.appendix import draw_appendix
from services.decks.pptx.kinds.cover import draw_cover
from services.decks.pptx.kinds.decision import draw_decision
from services.decks.pptx.kinds.finding import draw_finding
from services.decks.pptx.kinds.frame import draw_frame
from services.decks.pptx.kinds.impact import draw_impact
from services.decks.pptx.kinds.plan import draw_plan
from services.decks.pptx.kinds.priorities import draw_priorities
from services.decks.pptx.kinds.recommendations import draw_recommendations
from services.decks.pptx.kinds.risks import draw_risks
from services.decks.pptx.kinds.summary import draw_summary
from services.decks.pptx.kinds.synthesis import draw_synthesis
from services.decks.pptx.kinds.tree import draw_tree

KINDS: dict[str, Callable[[Page, Any], None]] = {
    "cover": draw_cover,
    "executive_summary": draw_summary,
    "frame": draw_frame,
    "tree": draw_tree,
    "priorities": draw_priorities,
    "finding": draw_finding,
    "synthesis": draw_synthesis,
    "recommendations": draw_recommendations,
    "impact": draw_impact,
    "plan": draw_plan,
    "risks": draw_risks,
    "decision": draw_decision,
    "appendix": draw_appendix,
}
