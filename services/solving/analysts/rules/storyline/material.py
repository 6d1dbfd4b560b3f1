"""What the storyline is made of, and the small questions every slide asks of it."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from services.analysis.findings import Finding
from services.analysis.sql import quote_identifier
from services.solving.analysts.rules.wording import safe
from services.solving.evidence.ledger import Ledger
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Frame, Kpi
from services.solving.steps.plan import Plans
from services.solving.steps.prioritize import Priorities
from services.solving.steps.synthesize import LeafVerdict, Synthesis
from services.solving.steps.tree import IssueTree, TreeNode
from shared.kit.cited import cite, cited_keys, name
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.numbers import Style

TITLE = 108  # characters that fit two lines of a slide title
_TOKEN_OR_CHAR = re.compile(r"\[\[(?:=(?P<name>.*?)\]\](?!\])|(?P<key>E[0-9a-f]{8})\]\])", re.DOTALL)
_ASIDE = re.compile(r"\s\((?:[^()\[\]]|\[\[.*?\]\])*\)")
_LONG_WORDS = (" in the first third of the time", " in the last")
_HELD_EQUAL = re.compile(r"With .+? held equal, ")
# Facts that can carry a headline, the most telling first.
_HEADLINE = ("difference", "adjusted", "share", "change", "value")


class IncompleteArgumentError(SevenStepsError):
    """The deck was asked for before the steps it tells were done."""

    code = "incomplete_argument"
    kind = ErrorKind.CONFLICT


@dataclass(frozen=True)
class Material:
    """Everything decided so far, and the book the deck's own numbers are written into."""

    context: StepContext
    frame: Frame
    tree: IssueTree
    priorities: Priorities
    plans: Plans
    analysis: Analysis
    synthesis: Synthesis
    ledger: Ledger

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """The findings by id."""
        return {finding.id: finding for finding in self.analysis.findings}

    @cached_property
    def verdicts(self) -> dict[str, LeafVerdict]:
        """What became of each leaf, by node id."""
        return {verdict.node_id: verdict for verdict in self.synthesis.leaf_verdicts}

    @cached_property
    def leaf_ids(self) -> dict[str, str]:
        """The short ids leaves carry on slides (A1, A2, B1), by node id."""
        return {
            leaf.id: f"{chr(65 + b)}{i}" for b, branch in enumerate(self.branches) for i, leaf in enumerate(self.leaves_under(branch), 1)
        }

    @cached_property
    def branches(self) -> list[TreeNode]:
        """The nodes right below the root that lead to a leaf, in order."""
        return [node for node in self.tree.nodes if node.level == 1 and self.leaves_under(node)]

    def leaves_under(self, branch: TreeNode) -> list[TreeNode]:
        """Return the leaves of a branch; a branch that is itself a leaf is its own."""
        parents = {node.id: node.parent_id for node in self.tree.nodes}

        def below(node_id: str | None) -> bool:
            return node_id is not None and (node_id == branch.id or below(parents.get(node_id)))

        return [leaf for leaf in self.tree.leaves() if below(leaf.id)]

    @property
    def kpi(self) -> Kpi | None:
        """The KPI the argument is about."""
        return self.frame.kpis[0] if self.frame.kpis else None

    def statement(self, finding_id: str) -> str:
        """Return a finding's sentence as cited text."""
        return self.analysis.statements.get(finding_id, "")

    def fact(self, finding_id: str, fact: str) -> str | None:
        """Return the ledger key of a finding's fact, or None when it has none of that name."""
        return self.analysis.facts.get(finding_id, {}).get(fact)

    def headline(self, finding_id: str) -> str | None:
        """Return the key of the number a finding is remembered by."""
        return next((key for fact in _HEADLINE if (key := self.fact(finding_id, fact))), None)

    def label(self, key: str) -> str:
        """Return what a number is, as it may stand in a sentence."""
        return safe(self.ledger.entry(key).label)

    def length(self, text: str) -> int:
        """Return how many characters a cited text takes when it is read."""
        return len(_TOKEN_OR_CHAR.sub(lambda m: m["name"] or self.ledger.entry(m["key"]).display, text))

    def as_title(self, text: str) -> str:
        """Return a sentence as a slide title: its first claim, asides removed, short enough for two lines."""
        first = text.split("; ", maxsplit=1)[0].split(", n = ", maxsplit=1)[0]
        claim = _numbered(_opened(_ASIDE.sub("", first).strip().rstrip(".")), first)
        if self.length(claim) > TITLE:
            claim = _shorter(claim)
        for cut in (": ", ", while ", ", which ", ", as in ", ", "):
            if self.length(claim) <= TITLE:
                break
            head = claim.rsplit(cut, 1)[0]
            claim = head if cited_keys(head) or not cited_keys(claim) else claim
        return claim[:1].upper() + claim[1:] if not claim.startswith("[[") else claim

    def rows_of(self, dataset: str) -> str:
        """Return the number of rows of a dataset as a token. Raises KeyError when it is not among the data."""
        for held in self.context.data.datasets if self.context.data else ():
            if held.name == dataset:
                query = f"select count(*) from {quote_identifier(dataset)}"
                return cite(self.ledger.sql(float(held.rows), query, {dataset: held.sha256}, label=f"rows of {dataset}", style=Style.COUNT))
        raise KeyError(dataset)

    def source(self, finding_ids: list[str], *keys: str, behind: str = "") -> str:
        """Return the source line of an exhibit: file, rows, query ids, hash; `behind` is cited text that the page rests on."""
        seen = {self.findings[i].dataset: self.findings[i].dataset_sha256 for i in finding_ids if i in self.findings}
        for key in (*keys, *cited_keys(behind)):
            seen |= self.ledger.entry(key).recipe.datasets
        files = {held.name: held.source for held in self.context.data.datasets} if self.context.data else {}
        parts = [f"{safe(files.get(table, table))}, {self.rows_of(table)} rows, sha {name(sha[:8])}" for table, sha in sorted(seen.items())]
        if not parts:
            return "Source: the problem as submitted; no data stand behind this page"
        queries = f"; query {' '.join(name(key) for key in keys)}" if keys else ""
        return f"Source: {'; '.join(parts[:2])}{queries}"


def _shorter(claim: str) -> str:
    """Return a claim without what a title can do without: which part of the time ends are means of, what was held equal."""
    for words in _LONG_WORDS:
        claim = claim.replace(words, "")
    held = _HELD_EQUAL.match(claim)
    return f"{claim[held.end() :]}, adjusted" if held else claim


def _opened(claim: str) -> str:
    """Return a claim without an aside that its cut left open, or with it after a colon where the claim's only numbers are in it."""
    if claim.count("(") <= claim.count(")"):
        return claim
    head, _, inside = claim.rpartition(" (")
    return head if cited_keys(head) or not cited_keys(inside) else f"{head}: {inside}"


def _numbered(claim: str, first: str) -> str:
    """Return a claim with the number of its first aside after a colon, where it has none of its own."""
    aside = next((match[0].strip(" ()") for match in _ASIDE.finditer(first) if cited_keys(match[0])), "")
    if cited_keys(claim) or not aside:
        return claim
    return f"{claim.partition(': ')[0]}: {aside.split(', ')[0]}"


def day(date: dt.date | str) -> str:
    """Return a date as a name people read: 27 Mar 2026."""
    when = dt.date.fromisoformat(date) if isinstance(date, str) else date
    return name(f"{when.day}\u00a0{when:%b %Y}")


def capitalised(text: str) -> str:
    """Return a label with its first letter in upper case; tokens are left alone."""
    return text if text.startswith("[[") else text[:1].upper() + text[1:]


def spread(material: Material, low: str, high: str) -> str:
    """Return an interval as people write it: the unit once, at the end."""
    entry = material.ledger.entry(low)
    if entry.unit and entry.style in {Style.NUMBER, Style.MONEY, Style.COUNT}:
        low = material.ledger.formula("x", {"x": low}, label=entry.label, style=entry.style, signed=entry.signed, decimals=entry.decimals)
    return f"{cite(low)} to {cite(high)}"


def as_day(text: str) -> str:
    """Return an ISO date as people read it, and any other words as they are."""
    return day(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def confidence_word(value: float) -> str:
    """Return a confidence between 0 and 1 as the word the deck uses."""
    return "High" if value >= 0.7 else "Medium" if value >= 0.4 else "Low"
