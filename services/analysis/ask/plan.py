"""What a question means once it is understood: steps over the rows, quantities computed from them, answers written from those.

Nothing here runs. A plan says exactly what will be computed, so that understanding and computing are tested apart.
"""

from typing import Literal

from shared.kit.value import Value

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Spread = Literal["sample", "population"]
Recipe = Literal[
    "ratio",
    "difference",
    "sum",
    "product",
    "mean",
    "log",
    "log10",
    "sqrt",
    "square",
    "length",
    "words",
    "year",
    "month",
    "day",
    "weekday",
    "hour",
]


class Condition(Value):
    """One test of a row. `against` names an aggregate of the column instead of a value; `part` the part of a date that is tested."""

    column: str
    comparison: Comparison
    value: str | float = 0.0
    against: Literal["", "mean", "median"] = ""
    part: Literal["", "year", "month", "weekday"] = ""


class Keep(Value):
    """Keep the rows that meet every condition."""

    kind: Literal["keep"] = "keep"
    conditions: tuple[Condition, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(c.column for c in self.conditions)

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


class DropMissing(Value):
    """Keep the rows that have a value in every one of the columns (in every column of the table when none is named)."""

    kind: Literal["drop_missing"] = "drop_missing"
    columns: tuple[str, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return self.columns

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


class Fill(Value):
    """Give the missing cells of a column its mean, median or mode, or a stated number."""

    kind: Literal["fill"] = "fill"
    column: str
    how: Literal["mean", "median", "mode", "value"]
    value: float = 0.0

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,)

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


class Derive(Value):
    """Add a column computed from others, in the order of `columns`."""

    kind: Literal["derive"] = "derive"
    name: str
    recipe: Recipe
    columns: tuple[str, ...]
    plus: float = 0.0

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return self.columns

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return () if self.name in self.columns else (self.name,)


class Band(Value):
    """One category of a banded column: its label and the conditions a row meets to be in it."""

    label: str
    conditions: tuple[Condition, ...]


class Bands(Value):
    """Add a column of categories told apart by conditions; the first band that fits a row is its own."""

    kind: Literal["bands"] = "bands"
    name: str
    bands: tuple[Band, ...]
    otherwise: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(dict.fromkeys(c.column for b in self.bands for c in b.conditions))

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return (self.name,)


class Outliers(Value):
    """Keep the rows outside (`keep="outliers"`) or inside a rule's bounds.

    `z`: k deviations from the mean; `iqr`: k interquartile ranges beyond the quartiles (Tukey's fences).
    """

    kind: Literal["outliers"] = "outliers"
    column: str
    rule: Literal["z", "iqr"]
    k: float
    side: Literal["both", "above", "below"] = "both"
    spread: Spread = "population"
    keep: Literal["outliers", "rest"] = "rest"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,)

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


class Scale(Value):
    """Scale a column to 0..1 (`min_max`) or to mean 0 and deviation 1 (`z`)."""

    kind: Literal["scale"] = "scale"
    column: str
    how: Literal["min_max", "z"]
    spread: Spread = "population"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,)

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


class Distinct(Value):
    """Drop rows that repeat an earlier row in every column."""

    kind: Literal["distinct"] = "distinct"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return ()

    @property
    def makes(self) -> tuple[str, ...]:
        """The columns it adds."""
        return ()


Step = Keep | DropMissing | Fill | Derive | Bands | Outliers | Scale | Distinct


class Split(Value):
    """How rows are split for a model."""

    test: float
    seed: int


class Quantity(Value):
    """One thing to compute: an operation over columns of the rows the steps leave.

    Aggregates have one column (`count` may have none); correlations two; group tests the measure and
    the grouping column, with `groups` naming the groups; `best_group` and `best_value` the grouping column
    and the measure; models the target and then the features; `share` the part of the rows that meets `conditions`, times `parameter`.
    """

    op: str
    columns: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    groups: tuple[str, ...] = ()
    spread: Spread = "sample"
    inner: str = ""  # of grouped operations: the aggregate inside each group
    highest: bool = True
    conditions: tuple[Condition, ...] = ()
    parameter: float = 0.0  # a quantile, or what a share is written in: 1 or 100
    split: Split | None = None
    balanced: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the value is a number rather than a name."""
        return self.op not in {"best_group", "mode_text"}


class Test(Value):
    """One comparison of a rule: a quantity (its absolute value where said so) against a number."""

    quantity: Quantity
    absolute: bool = False
    comparison: Comparison
    value: float


class Rule(Value):
    """What to answer when every test holds; a rule without tests always holds."""

    tests: tuple[Test, ...]
    outcome: str


class Writing(Value):
    """How a number is written: decimals (None: as it is), as a percentage, as a whole number."""

    decimals: int | None = None
    whole: bool = False
    percent: bool = False


class Slot(Value):
    """One value of an answer: a quantity as written, or the outcome of the first rule that holds."""

    quantity: Quantity | None = None
    rules: tuple[Rule, ...] = ()
    writing: Writing = Writing()

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What has to be computed for it."""
        own = (self.quantity,) if self.quantity is not None else ()
        return (*own, *(t.quantity for r in self.rules for t in r.tests))


class Answer(Value):
    """One named answer; most have one slot."""

    name: str
    slots: tuple[Slot, ...]


class Question(Value):
    """An understood question over one table."""

    table: str
    answers: tuple[Answer, ...]
