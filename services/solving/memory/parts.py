"""What of a problem is remembered: its text, its frame, the nodes of its tree, its findings and its recommendations, each as one text."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from shared.kit.cited import shown
from shared.kit.value import Value

PartKind = Literal["problem", "frame", "branch", "hypothesis", "finding", "recommendation"]
Outcome = Literal["supported", "refuted", "undecided", "not_tested"]
_MOST_FINDINGS = 60  # best first; what ranks lower nobody looks for
_LONGEST = 1_000  # characters: more than the model reads


class Part(Value):
    """One remembered text: what it is, its id within the problem, and of a hypothesis what became of it and why."""

    kind: PartKind
    ref: str
    text: str
    outcome: Outcome | None = None
    reason: str = ""


def parts_of(raw_text: str, title: str | None, decisions: Mapping[StepName, Any], displays: Mapping[str, str]) -> list[Part]:
    """Return what is remembered of a problem, every text as people read it. `decisions` holds the steps that have a result. Pure."""
    found = [Part(kind="problem", ref="text", text=_joined(title or "", raw_text))]
    frame, tree = decisions.get(StepName.FRAME), decisions.get(StepName.TREE)
    analysis, synthesis = decisions.get(StepName.ANALYZE), decisions.get(StepName.SYNTHESIZE)
    if frame is not None:
        found.append(_frame(frame))
    if tree is not None:
        found += _nodes(tree, synthesis)
    if analysis is not None:
        found += _findings(analysis)
    if synthesis is not None:
        found += [
            Part(kind="recommendation", ref=str(one.priority), text=_joined(one.title, one.summary)) for one in synthesis.recommendations
        ]
    readable = [Part.model_validate(shown(part.model_dump(), displays)) for part in found]
    return [part.model_copy(update={"text": part.text[:_LONGEST]}) for part in readable if part.text]


def _frame(frame: Frame) -> Part:
    kpis = [f"{kpi.name}: {kpi.definition}" for kpi in frame.kpis]
    return Part(kind="frame", ref="frame", text=_joined(frame.title, frame.goal, *kpis))


def _nodes(tree: IssueTree, synthesis: Synthesis | None) -> Iterator[Part]:
    became = {verdict.node_id: verdict for verdict in synthesis.leaf_verdicts} if synthesis else {}
    for node in tree.nodes:
        if node.kind == "branch":
            yield Part(kind="branch", ref=node.id, text=node.title)
        elif node.kind == "leaf":
            verdict = became.get(node.id)
            yield Part(
                kind="hypothesis",
                ref=node.id,
                text=node.hypotheses[0] if node.hypotheses else node.title,
                outcome=verdict.verdict if verdict else None,
                reason=verdict.reason if verdict else "",
            )


def _findings(analysis: Analysis) -> Iterator[Part]:
    for finding in analysis.findings[:_MOST_FINDINGS]:
        yield Part(kind="finding", ref=finding.id, text=analysis.statements.get(finding.id, finding.statement))


def _joined(*texts: str) -> str:
    return ". ".join(text.strip().rstrip(".") for text in texts if text.strip())
