"""An analyst that follows a script in the problem's text: quick, deterministic, and able to misbehave where a test says so.

The text's last line may be JSON: {"analyze": {"reports": 3, "seconds": 0.2}, "plan": {"raise": "unforeseen"}, "tree": {"die": true}}.
A plan is scripted by its question, {"price": {"seconds": 1}}, and {"plan": {"leaves": 4, "after": {"cost": ["price"]}}} says how many plans
there are and which waits for which.
"""

import datetime as dt
import json
import os
import signal
import time
from pathlib import Path
from typing import Any, ClassVar

from services.decks.model import CoverSlide, Deck
from services.solving.evidence.ledger import Ledger
from services.solving.steps.analyze import Analysis, AnalysisResult, AnalysisStepResult, PlanOutcome
from services.solving.steps.contract import StepContext, StepName
from services.solving.steps.frame import Frame, FrameResult, Scope
from services.solving.steps.plan import AnalysisPlan, DecisionRule, Plans, PlansResult
from services.solving.steps.present import PresentResult
from services.solving.steps.prioritize import NodePriority, Priorities, PrioritiesResult
from services.solving.steps.synthesize import ExpectedImpact, Impact, Recommendation, Synthesis, SynthesisResult
from services.solving.steps.tree import IssueTree, TreeNode, TreeResult
from shared.jobs.timeouts import JobTimeoutError
from shared.kit.cited import cite
from shared.kit.errors import ErrorKind, SevenStepsError


class ScriptedRefusalError(SevenStepsError):
    """The script says that this step has an answer nobody will like."""

    code: ClassVar[str] = "scripted_refusal"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class ScriptedOutageError(SevenStepsError):
    """The script says that a store is away."""

    code: ClassVar[str] = "scripted_outage"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


TEXT = "Margins fell. Bring them back."


def script(**steps: dict[str, Any]) -> str:
    """Return a problem text that carries a script."""
    return f"{TEXT}\n{json.dumps(steps)}" if steps else TEXT


def _wanted(context: StepContext, part: str) -> dict[str, Any]:
    last = context.problem.raw_text.splitlines()[-1]
    found: dict[str, Any] = json.loads(last).get(part, {}) if last.startswith("{") else {}
    return found


def _follow(context: StepContext, part: str) -> None:
    wanted = _wanted(context, part)
    if "starts" in wanted:
        with Path(wanted["starts"]).open("a", encoding="utf-8") as starts:
            starts.write(f"{os.getpid()}\n")
    if wanted.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if wanted.get("die_once") and not (mark := Path(wanted["die_once"])).exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    reports = int(wanted.get("reports", 0))
    for done in range(1, reports + 1):
        time.sleep(float(wanted.get("seconds", 0)) / reports)
        context.report(done, reports, f"part {done}")
    if not reports:
        time.sleep(float(wanted.get("seconds", 0)))
    match wanted.get("raise"):
        case "refusal":
            raise ScriptedRefusalError("The data hold no time column, so no trend can be tested.")
        case "outage":
            raise ScriptedOutageError("The object store does not answer.")
        case "timeout":
            raise JobTimeoutError
        case "unforeseen":
            raise ZeroDivisionError("a secret cell of somebody's data")
        case "once" if not (mark := Path(wanted["mark"])).exists():
            mark.touch()
            raise ScriptedOutageError("The object store does not answer.")


class ScriptedAnalyst:
    """The seven decisions, small and always the same."""

    def frame(self, context: StepContext) -> FrameResult:
        _follow(context, StepName.FRAME)
        ledger = Ledger(context.known)
        ledger.assumption(0.2, "a round figure for the test", label="target")
        frame = Frame(
            goal="Which levers bring the margin back?",
            title="Margin recovery",
            domain="margin",
            decision="Which lever to pull first",
            decision_maker="Head of operations",
            deadline="",
            scope=Scope(include=["stores"], exclude=[]),
            kpis=[],
            stakeholders=[],
            assumptions=[],
            constraints=[],
            success_criteria=[],
            confidence="medium",
            clarifying_questions=[],
        )
        return FrameResult(frame=frame, entries=ledger.entries)

    def tree(self, context: StepContext) -> TreeResult:
        _follow(context, StepName.TREE)
        assert context.frame is not None
        nodes = [
            TreeNode(id="root", parent_id=None, position=0, level=0, kind="root", title=context.frame.goal),
            TreeNode(id="price", parent_id="root", position=0, level=1, kind="leaf", title="Is it price?", hypotheses=["Prices fell"]),
            TreeNode(id="cost", parent_id="root", position=1, level=1, kind="leaf", title="Is it cost?", hypotheses=["Costs rose"]),
        ]
        nodes += [
            TreeNode(id=f"leaf{place}", parent_id="root", position=place, level=1, kind="leaf", title="And this?", hypotheses=[f"{place}"])
            for place in range(2, _wanted(context, StepName.PLAN).get("leaves", 2))
        ]
        tree = IssueTree(nodes=nodes, template="scripted", tree_type="component", alternatives=[], checks=[])
        return TreeResult(tree=tree, entries=())

    def prioritize(self, context: StepContext) -> PrioritiesResult:
        _follow(context, StepName.PRIORITIZE)
        assert context.tree is not None
        nodes = [
            NodePriority(
                node_id=leaf.id,
                impact_score=8 - place,
                feasibility_score=5,
                priority_score=(8 - place) * 5 / 10,
                rationale="scripted",
                impact_reason="scripted",
                feasibility_reason="scripted",
                estimated_hours=4,
                estimated_cost=400,
                confidence=0.5,
                is_recommended=True,
            )
            for place, leaf in enumerate(context.tree.leaves())
        ]
        return PrioritiesResult(priorities=Priorities(nodes=nodes, formula="impact x feasibility", kept=2, stability=1.0), entries=())

    def plan(self, context: StepContext) -> PlansResult:
        _follow(context, StepName.PLAN)
        assert context.priorities is not None
        after = _wanted(context, StepName.PLAN).get("after", {})
        plans = [
            AnalysisPlan(
                question_id=node.node_id,
                title=f"Test {node.node_id}",
                hypothesis="It moved",
                methods=["difference"],
                tests=[],
                data_requirements=[],
                estimated_hours=4,
                owner="Analyst",
                start=context.problem.submitted_on.isoformat(),
                due=context.problem.submitted_on.isoformat(),
                dependencies=after.get(node.node_id, []),
                acceptance_criteria=[],
                decision_rule=DecisionRule(confirms="it moved", kills="it did not", minimum_effect=0.2),
                end_product="",
                data_check="",
            )
            for node in context.priorities.nodes
        ]
        return PlansResult(plans=Plans(plans=plans, asks=[], critical_path=[]), entries=())

    def test_plan(self, context: StepContext, plan: AnalysisPlan) -> PlanOutcome:
        _follow(context, plan.question_id)
        return PlanOutcome(question_id=plan.question_id, tests={f"test of {plan.question_id}": None})

    def analyze(self, context: StepContext) -> AnalysisStepResult:
        _follow(context, StepName.ANALYZE)
        assert context.plans is not None
        assert not context.tested or list(context.tested) == [plan.question_id for plan in context.plans.plans]
        ledger = Ledger(context.known)
        key = ledger.assumption(0.05, "scripted effect", label="effect")
        results = [
            AnalysisResult(
                question_id=plan.question_id,
                verdict="supported",
                summary=f"It moved by {cite(key)}",
                key_findings=[],
                metrics={"effect": key},
                confidence_score=0.6,
            )
            for plan in context.plans.plans
        ]
        analysis = Analysis(
            results=results, findings=[], statements={}, facts={}, exhibits={}, not_enough_data=[], tests_run=2, one_day_answer="It moved"
        )
        return AnalysisStepResult(analysis=analysis, entries=ledger.entries)

    def synthesize(self, context: StepContext) -> SynthesisResult:
        _follow(context, StepName.SYNTHESIZE)
        assert context.analysis is not None
        impact = ExpectedImpact(kpi="margin", timeframe="a quarter", assumptions=[], arithmetic="", overlap_removed="")
        advice = Recommendation(
            title="Raise prices",
            summary="It moved",
            evidence=[],
            actions=[],
            expected_impact=impact,
            risks=[],
            confidence=0.5,
            confidence_reason="scripted",
            priority=1,
        )
        synthesis = Synthesis(
            governing_answer="Price moved the margin",
            situation="",
            complication="",
            supporting_points=[],
            leaf_verdicts=[],
            contradictions=[],
            recommendations=[advice],
            impact=Impact(gap_key=None, total_key=None, remaining_key=None, statement=""),
            what_would_change_our_mind=[],
            first_step="",
            decision_asked="",
            confidence="medium",
            confidence_reason="scripted",
            next_data=[],
        )
        return SynthesisResult(synthesis=synthesis, entries=())

    def present(self, context: StepContext) -> PresentResult:
        _follow(context, StepName.PRESENT)
        deck = Deck(
            title="Margin recovery",
            date=dt.date(2025, 1, 1),
            problem_id=context.problem.id,
            slides=(CoverSlide(title="Price moved the margin"),),
            numbers={},
        )
        return PresentResult(deck=deck, entries=())
