"""Where an exhibit stands, and what all kinds of them need."""

from dataclasses import dataclass

from services.decks.elements import Cited, Exhibit
from services.decks.page import Page
from services.decks.palette import HOT
from services.decks.pptx.charts import Plot
from services.decks.pptx.formats import scale
from services.decks.pptx.shapes import Box
from services.decks.series import ChartSpec

_THICKEST = 0.75


@dataclass(frozen=True, slots=True)
class Area:
    """The frame of a chart in inches, its accent colour and what a screen reader says of it."""

    x: float
    y: float
    width: float
    height: float
    alt: Cited
    accent: str = HOT

    @property
    def box(self) -> Box:
        """The frame as a box."""
        return (self.x, self.y, self.width, self.height)

    def plot(self, left: float, top: float, right: float, bottom: float) -> Plot:
        """Return the plotting area inside the frame, given the margins around it in inches."""
        inner_width, inner_height = self.width - left - right, self.height - top - bottom
        return Plot(left / self.width, top / self.height, inner_width / self.width, inner_height / self.height)

    def inner(self, plot: Plot) -> Box:
        """Return the plotting area on the slide in inches."""
        return (
            self.x + plot.left * self.width,
            self.y + plot.top * self.height,
            plot.width * self.width,
            plot.height * self.height,
        )


def gap_width(pitch: float) -> int:
    """Return the gap between bars in percent of a bar: 45, more where few bars would be thicker than three quarters of an inch."""
    return max(45, round((pitch / _THICKEST - 1) * 100))


def spec_of(page: Page, exhibit: Exhibit) -> ChartSpec:
    """Return the recipe by which the chart follows from its rows."""
    entry = page.deck.numbers[exhibit.key]
    return ChartSpec(
        kind=exhibit.kind,
        key=exhibit.key,
        columns=entry.columns,
        highlight=exhibit.highlight,
        ranked=exhibit.ranked,
        other=exhibit.other,
        other_label=page.words["other"],
        how=page.words[exhibit.other],
        change=exhibit.change,
        scale=scale(exhibit.style),
    )


def level(page: Page, key: str | None, factor: float) -> float | None:
    """Return the value of a number that is drawn as a level, in the chart's units."""
    value = page.deck.numbers[key].value if key else None
    return None if value is None else value * factor
