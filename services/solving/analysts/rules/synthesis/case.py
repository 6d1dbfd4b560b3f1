"""What is known when the argument is made, and the small questions every part of it asks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.analysis.findings import Finding
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.wording import safe
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from services.solving.steps.analyze import Analysis, AnalysisResult
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Frame, Kpi
from services.solving.steps.plan import AnalysisPlan
from services.solving.steps.prioritize import NodePriority
from services.solving.steps.tree import IssueTree, TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style

# Facts that can carry a headline, the most telling first.
_HEADLINE = ("difference", "adjusted", "share", "change", "value")
NO_MESSAGE = frozenset({"no_effect", "data_quality", "distribution"})


@dataclass(frozen=True)
class Case:
    """Frame, tree, plans and findings, with the book that this step's numbers are written into."""

    context: StepContext
    frame: Frame
    tree: IssueTree
    analysis: Analysis
    ledger: Ledger
    now: Situation

    @property
    def kpi(self) -> Kpi | None:
        """The KPI the argument is about."""
        return self.frame.kpis[0] if self.frame.kpis else None

    @property
    def kpi_said(self) -> str:
        """The KPI's name as it may stand in a sentence."""
        if self.kpi is None:
            return "the number that matters"
        return self.kpi.name if "[[" in self.kpi.name else safe(self.kpi.name)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """The findings by id, best first."""
        return {finding.id: finding for finding in self.analysis.findings}

    @cached_property
    def results(self) -> dict[str, AnalysisResult]:
        """What the plans found, by leaf."""
        return {result.question_id: result for result in self.analysis.results}

    @cached_property
    def plans(self) -> dict[str, AnalysisPlan]:
        """The plans by leaf."""
        return {plan.question_id: plan for plan in (self.context.plans.plans if self.context.plans else [])}

    @cached_property
    def priorities(self) -> dict[str, NodePriority]:
        """The scores by leaf."""
        return {node.node_id: node for node in (self.context.priorities.nodes if self.context.priorities else [])}

    @cached_property
    def leaf_of(self) -> dict[str, TreeNode]:
        """The leaf whose verdict a finding carries, by finding."""
        leaves = {leaf.id: leaf for leaf in self.tree.leaves()}
        return {i: leaves[r.question_id] for r in self.analysis.results for i in r.key_findings if r.question_id in leaves}

    def verdict_of(self, finding: Finding) -> str | None:
        """Return the verdict a finding belongs to, or None where it is no leaf's test."""
        leaf = self.leaf_of.get(finding.id)
        return self.results[leaf.id].verdict if leaf else None

    def fact(self, finding_id: str, fact: str) -> str | None:
        """Return the ledger key of a finding's fact, or None when it has none of that name."""
        return self.analysis.facts.get(finding_id, {}).get(fact)

    def said(self, finding_id: str, fact: str) -> str:
        """Return a fact as a token. Raises KeyError when the finding has none of that name."""
        return cite(self.analysis.facts[finding_id][fact])

    def headline(self, finding_id: str) -> str | None:
        """Return the key of the number a finding is remembered by."""
        return next((key for fact in _HEADLINE if (key := self.fact(finding_id, fact))), None)

    def measured(self, query: str, label: str, style: dict[str, Any] | None = None) -> str | None:
        """Run a query that returns one number and write it, to twelve significant digits; None where it returns nothing."""
        assert self.now.data is not None
        value = self.now.data.scalar(query)
        if value is None:
            return None
        recipe = Recipe(query=query, datasets={d.name: d.sha256 for d in self.now.data.datasets if f'"{d.name}"' in query})
        return self.ledger.number(EvidenceKind.SQL, float(f"{float(value):.12g}"), recipe, label=label, **(style or {}))

    def count(self, items: list[str], label: str) -> str:
        """Write how many items there are and return the token."""
        return cite(self.ledger.count(items, label=label))


def gather(context: StepContext) -> Case:
    """Return the case of a context in which the first five steps are done."""
    assert context.frame is not None
    assert context.tree is not None
    assert context.analysis is not None
    return Case(context, context.frame, context.tree, context.analysis, Ledger(context.known), situation(context))


def level_style(kpi_style: Style, unit: str) -> dict[str, Any]:
    """Return how a level is written: shares to a tenth of a percent."""
    return {"style": kpi_style, "unit": unit, "decimals": 1 if kpi_style is Style.PERCENT else None}


def change_style(kpi_style: Style, unit: str, *, signed: bool = True) -> dict[str, Any]:
    """Return how a difference of two levels is written: points where they are shares."""
    points = kpi_style is Style.PERCENT
    return {"style": Style.POINTS if points else kpi_style, "unit": unit, "signed": signed, "decimals": 1 if points else None}
