"""The plan as a Gantt of shapes: groups, tasks, gates with their dates below."""

import datetime as dt

from services.decks.elements import Cited
from services.decks.metrics import Para, text_width
from services.decks.model import Gate, PlanSlide
from services.decks.page import Looks, Page
from services.decks.palette import GREY, HOT, INK, LEFT, MUTED, RIGHT, RULE, TEAL, TEXT, WHITE
from services.decks.pptx.chrome import frame
from services.decks.scales import spread
from services.decks.words import day, month_name
from shared.kit.cited import name

_TOP, _LABELS, _GROUP, _TASK = 1.66, 3.7, 0.29, 0.265
_END = RIGHT - 0.12
_FILL = {"prepare": GREY, "go_live": TEAL, "measure": INK, "background": RULE}


class _Calendar:
    """Days to inches, in whole weeks from the Monday on or before the first day."""

    def __init__(self, slide: PlanSlide) -> None:
        starts = [task.start for group in slide.groups for task in group.tasks] + [gate.date for gate in slide.gates]
        ends = [task.end for group in slide.groups for task in group.tasks] + [gate.date for gate in slide.gates]
        self.first = min(starts) - dt.timedelta(days=min(starts).weekday())
        self.weeks = (max(ends) - self.first).days // 7 + 1
        self.left = LEFT + _LABELS
        self.week = (_END - self.left) / self.weeks

    def x(self, date: dt.date) -> float:
        """Return where a day begins."""
        return self.left + (date - self.first).days / 7 * self.week

    def months(self) -> list[dt.date]:
        """Return the first days of the months that begin inside."""
        last = self.first + dt.timedelta(weeks=self.weeks)
        found = []
        year, month = self.first.year, self.first.month
        while (start := dt.date(year, month, 1)) < last:
            if start >= self.first:
                found.append(start)
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return found


def draw_plan(page: Page, slide: PlanSlide) -> None:
    """Draw the Gantt."""
    frame(page, slide)
    calendar = _Calendar(slide)
    rows = sum(1 + len(group.tasks) for group in slide.groups)
    natural = sum(_GROUP + _TASK * len(group.tasks) for group in slide.groups)
    room = 6.58 - 0.56 - (_TOP + 0.53)
    stretch = min(max(room / max(natural, 0.1), 0.75), 1.35) if rows else 1.0
    bottom = _TOP + 0.53 + natural * stretch
    _header(page, slide, calendar, bottom)
    ends = _rows(page, slide, calendar, stretch)
    page.line((LEFT, bottom), (RIGHT, bottom), RULE)
    _gates(page, slide, calendar, bottom, ends)


def _header(page: Page, slide: PlanSlide, calendar: _Calendar, bottom: float) -> None:
    for i, phase in enumerate(_phases(slide)):
        page.mark("Key", (LEFT + i * 1.0, _TOP + 0.05, 0.14, 0.12), Looks(fill=_FILL[phase]))
        page.text("Key name", (LEFT + i * 1.0 + 0.2, _TOP, 0.78, 0.22), page.para(page.word(phase), 10, MUTED), anchor="m", one_line=True)
    page.text("Week", (LEFT, _TOP + 0.25, 2, 0.2), page.para(page.word("week"), 10, MUTED, bold=True), one_line=True)
    _months(page, calendar, bottom)
    skip = max(1, -(-calendar.weeks // 16))
    for week in range(0, calendar.weeks, skip):
        words = page.para(name(week + 1), 10, MUTED, align="c")
        middle = calendar.left + (week + 0.5) * calendar.week
        page.text("Week number", (middle - 0.15, _TOP + 0.25, 0.3, 0.2), words, one_line=True)


def _phases(slide: PlanSlide) -> list[str]:
    used = {task.phase for group in slide.groups for task in group.tasks}
    return [phase for phase in ("prepare", "go_live", "measure") if phase in used]


def _months(page: Page, calendar: _Calendar, bottom: float) -> None:
    starts = calendar.months()
    edges = [calendar.first, *starts] if not starts or starts[0] > calendar.first else starts
    for i, date in enumerate(edges):
        x = calendar.x(date)
        end = calendar.x(edges[i + 1]) if i + 1 < len(edges) else RIGHT
        if date.day == 1 and date > calendar.first:
            page.line((x, _TOP + 0.02), (x, bottom), "DDE2E7")
        words, room = _month(page, date.month, end - x - 0.05), end - x - 0.05
        if words:
            page.text("Month", (x + 0.05, _TOP, room, 0.22), page.para(page.literal(words), 11, INK, bold=True), one_line=True)


def _month(page: Page, month: int, room: float) -> str:
    """Return a month's name, its first three letters where the name has no room, or nothing where they have none either."""
    words = month_name(page.deck.language, month)
    return next((said for said in (words, words[:3]) if text_width(said, 11, bold=True) <= room - 0.02), "")


def _rows(page: Page, slide: PlanSlide, calendar: _Calendar, stretch: float) -> dict[dt.date, float]:
    """Draw groups and tasks, and return the middle of the row in which a bar ends on each date."""
    y = _TOP + 0.53
    ends: dict[dt.date, float] = {}
    for group in slide.groups:
        page.line((LEFT, y), (RIGHT, y), RULE)
        pieces = page.pieces(page.literal(f"{group.id}  "), 12, TEAL, bold=True) if group.id else ()
        para = Para((*pieces, *page.pieces(group.text, 12, INK, bold=True)), spacing=1.0)
        # No bar stands in a group's row, so its name may run on over the weeks.
        page.text("Group", (LEFT, y + 0.02, RIGHT - LEFT, _GROUP * stretch - 0.02), para, anchor="m", one_line=True)
        y += _GROUP * stretch
        for task in group.tasks:
            tall = _TASK * stretch
            words = page.para(task.text, 12, TEXT, spacing=1.0)
            page.text("Task", (LEFT + 0.32, y, _LABELS - 0.42, tall), words, anchor="m", one_line=True)
            thick = 0.09 if task.phase == "background" else 0.18
            left, right = calendar.x(task.start) + 0.03, calendar.x(task.end + dt.timedelta(days=1))
            page.mark("Bar", (left, y + (tall - thick) / 2, max(right - left - 0.03, 0.05), thick), Looks(fill=_FILL[task.phase]))
            if task.phase != "background" and (task.end not in ends or task.phase != "prepare"):
                ends[task.end] = y + tall / 2
            y += tall
    return ends


def _gates(page: Page, slide: PlanSlide, calendar: _Calendar, bottom: float, ends: dict[dt.date, float]) -> None:
    if not slide.gates:
        return
    page.text("Gates", (LEFT, bottom + 0.14, 3.6, 0.24), page.para(page.word("gates"), 12, INK, bold=True), one_line=True)
    gates = sorted(slide.gates, key=lambda gate: gate.date)
    xs = [min(calendar.x(gate.date + dt.timedelta(days=1)), _END) for gate in gates]
    wide = min(1.15, (RIGHT - calendar.left) / max(len(gates), 1))
    middles = spread(xs, wide, calendar.left + wide / 2, RIGHT - wide / 2)
    for gate, x, middle in zip(gates, xs, middles, strict=True):
        _gate(page, gate, (x, ends.get(gate.date, bottom)), (middle, wide), bottom)


def _gate(page: Page, gate: Gate, point: tuple[float, float], label: tuple[float, float], bottom: float) -> None:
    color = HOT if gate.decisive else TEAL
    (x, y), (middle, wide) = point, label
    page.line((x, y), (x, bottom + 0.12), color, 0.75, dash="sysDot")
    page.mark("Gate", (x - 0.1, y - 0.1, 0.2, 0.2), Looks(fill=WHITE, line=color, width=1.75, geometry="diamond"))
    words: Cited = gate.text
    paras = [
        page.para(name(day(page.deck.language, gate.date)), 12, color, bold=True, align="c", spacing=1.0),
        page.para(words, 11, TEXT, align="c", spacing=1.0),
    ]
    page.text("Gate date", (middle - wide / 2, bottom + 0.15, wide, 0.42), paras)
