"""Driver-tree templates: data files that say how a kind of problem is measured, cut and acted upon."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from services.solving.steps.frame import Direction
from shared.kit.numbers import Style
from shared.kit.value import Value

TestKind = Literal["differs", "moved", "changed", "mix", "goes_with", "concentrated", "quality", "compare", "none"]
Need = Literal["amount", "rate", "count", "event", "duration", "cut"]


class Concept(Value):
    """A thing the template speaks of, and the column names under which data hold it."""

    label: str
    need: Need = "amount"
    columns: list[str] = []
    values: list[str] = []  # need "event": the values of a status column that mean it happened
    start: list[str] = []  # need "duration": the two dates it runs between
    end: list[str] = []
    or_rows: bool = False  # need "count": where no column counts it, every row is one


class MeasureTemplate(Value):
    """A number to follow, as arithmetic over concepts; the first way that the data can give is taken."""

    name: str
    of: list[str]  # "spend / customers", "(revenue - cost) / revenue", "duration"
    total: bool = False  # a concept alone is averaged, unless it is a total
    style: Style = Style.NUMBER
    unit: str = ""
    better: Literal["lower", "higher"] = "lower"  # which way is good for the problem


class KpiTemplate(Value):
    """A measure that problems of this kind are judged by."""

    measure: str
    phrases: list[str]
    definition: str
    direction: Direction
    rename: bool = False  # called by the phrase the text uses, where that says more than the measure's name
    sizing: bool = False  # nothing measures it yet: it is worked out from assumptions
    name: str = ""  # what it is called, where not as its measure


class LeafTemplate(Value):
    """A leaf before it meets the data. Texts left out are written from the test's kind."""

    test: TestKind
    measure: str = "kpi"
    by: str = "*"  # a concept, or * for the data's own cuts
    other: str = "*"  # "goes_with": the concept it may move with
    question: str = ""
    hypothesis: str = ""
    ask: str = ""  # what to ask for where the data lack it


class BranchTemplate(Value):
    """A branch: one part of the whole, its own measure and its leaves."""

    title: str
    measure: str = "kpi"
    leaf: list[LeafTemplate] = Field(min_length=1)


class CutTemplate(Value):
    """One way of cutting the question, by one logic."""

    name: str
    logic: Literal["arithmetic", "components", "process", "deductive"]  # "components": parts that add up to no formula for this KPI
    words: str  # the logic as one says it
    formula: dict[str, list[str]] = {}  # "arithmetic": KPI's measure -> ways of rebuilding it from the branches' measures, fullest first
    branch: list[BranchTemplate] = Field(min_length=3, max_length=5)

    def ways(self, measure: str) -> list[str]:
        """Return the formulas that rebuild a KPI by the name of its measure."""
        return self.formula.get(measure, [])


class LeverAction(Value):
    """One action of a lever."""

    step: str
    owner: str
    weeks: int
    effort: str
    success: str
    needs: list[str] = []


class LeverRisk(Value):
    """What can go wrong with a lever."""

    risk: str
    mitigation: str
    probability: Literal["low", "medium", "high"] = "medium"
    impact: Literal["low", "medium", "high"] = "medium"


class Lever(Value):
    """What one does about a cause: `{segment}`, `{by}` and `{kpi}` are filled from the finding."""

    cuts: list[str] = []  # concepts of the cut it answers to; none means any
    title: str
    action: list[LeverAction] = Field(min_length=1)
    risk: list[LeverRisk] = Field(min_length=1)


class StakeholderTemplate(Value):
    """Somebody problems of this kind always concern."""

    role: str
    interest: str
    can_veto: bool = False


class Template(Value):
    """A family of problems."""

    name: str
    title: str
    words: dict[str, float]  # phrase -> weight, for matching
    decision: str
    decision_maker: str
    owner: str  # the role that acts day to day
    stakeholder: list[StakeholderTemplate]
    concept: dict[str, Concept] = {}
    measure: dict[str, MeasureTemplate] = {}
    kpi: list[KpiTemplate] = []
    cut: list[CutTemplate] = []
    lever: list[Lever] = []
    caveat: str = ""


@cache
def library() -> dict[str, Template]:
    """Return all templates by name, in the order of their names."""
    folder = resources.files(__package__).joinpath("templates")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    read = [Template.model_validate(tomllib.loads(f.read_text(encoding="utf-8"))) for f in files]
    return {template.name: template for template in read}


GENERIC = "generic"
