"""The finding that records an answer: its numbers as facts, its sentence, and the query behind the first of them."""

import re

from services.analysis.ask.compute import Computed
from services.analysis.ask.plan import Answer, Quantity, Question
from services.analysis.dataset import Dataset
from services.analysis.findings import Fact, Finding, Kind, render
from shared.kit.cited import name
from shared.kit.hashing import content_id

VERSION = "1"
Numbers = list[tuple[Answer, Quantity, Computed]]
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"pearson|spearman|kendall|chi_square", "association"),
    (r"linear|logistic", "driver"),
    (r"shapiro|normaltest|anderson|ks_normal|jarque_bera|skew|kurtosis|std|var|near", "distribution"),
    (r"t\b|welch|mann_whitney|anova|kruskal|levene|bartlett", "difference"),
)


def finding_of(dataset: Dataset, question: Question, numbers: Numbers, rows: int) -> Finding | None:
    """Return the finding for an answered question, or None where it holds no number. `rows` are the rows asked about."""
    facts: list[Fact] = []
    parts: list[str] = []
    for answer, _, computed in numbers:
        if isinstance(computed.value, str):
            continue
        key = "value" if not facts else f"value_{len(facts) + 1}"
        label = re.sub(r"[_\s]+", " ", answer.name).strip()
        facts.append(
            Fact(
                name=key,
                label=label,
                value=float(f"{computed.value:.12g}"),
                source="sql" if computed.exact else "method",
                query=computed.query,
            )
        )
        parts.append(f"{name(label)} is {{{key}}}")
    if not facts:
        return None
    first = numbers[next(i for i, n in enumerate(numbers) if not isinstance(n[2].value, str))]
    template = "; ".join(parts) + "."
    params = question.model_dump(mode="json")
    return Finding(
        id=content_id("F", dataset.sha256, dataset.name, "ask", params),
        kind=next((kind for pattern, kind in _KINDS if re.match(pattern, first[1].op)), "level"),
        columns=columns_of(question),
        value=facts[0].value,
        n=rows,
        query=first[2].query,
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        method="ask",
        method_version=VERSION,
        params=params,
        facts=facts,
        template=template,
        statement=render(template, facts),
    )


def columns_of(question: Question) -> list[str]:
    """Return every column that the answers rest on, those that steps make left out."""
    made: set[str] = set()
    used: dict[str, None] = {}
    for answer in question.answers:
        for slot in answer.slots:
            for quantity in slot.quantities:
                for step in quantity.steps:
                    used |= dict.fromkeys(step.reads)
                    made |= set(step.makes)
                used |= dict.fromkeys(quantity.columns)
    return [c for c in used if c not in made]
