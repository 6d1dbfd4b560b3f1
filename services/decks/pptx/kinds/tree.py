"""The issue tree as shapes: root, branches, leaves with effect and verdict, joined by glued connectors."""

from dataclasses import dataclass

from services.decks.elements import Branch, Leaf, Verdict
from services.decks.metrics import Para
from services.decks.model import TreeSlide
from services.decks.page import Looks, Page
from services.decks.palette import (
    AMBER,
    AXIS,
    BODY_BOTTOM,
    INK,
    LEFT,
    MUTED,
    NAVY,
    PANEL,
    RIGHT,
    SLATE,
    TEAL,
    TEAL_LIGHT,
    TRACK,
    WHITE,
    column_left,
)  # fmt: skip
from services.decks.pptx.chrome import frame

_TOP, _LEAF_WIDTH, _PILL = 2.0, 3.85, 1.36
_LEAVES_X = column_left(6) + 0.05
_BRANCH_X, _BRANCH_WIDTH, _ROOT_WIDTH = column_left(3) + 0.55, 2.05, 1.95
_ON_PILL = {
    Verdict.SUPPORTED: (TEAL, WHITE, TEAL), Verdict.REFUTED: (TRACK, SLATE, None), Verdict.UNDECIDED: (WHITE, AMBER, AMBER),
    Verdict.UNTESTED: (WHITE, MUTED, AXIS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Placed:
    """A drawn leaf: its shape and the middle of its height."""

    shape: int
    middle: float
    verdict: Verdict


def draw_tree(page: Page, slide: TreeSlide) -> None:
    """Draw the tree; the paths to supported leaves come last and lie on top."""
    frame(page, slide)
    pitch, extra, tall = _pitch(slide)
    _headings(page, slide)
    y = _TOP
    branches: list[tuple[Branch, list[_Placed]]] = []
    for branch in slide.branches:
        placed = []
        for leaf in branch.leaves:
            placed.append(_leaf(page, leaf, y, tall))
            y += pitch
        branches.append((branch, placed))
        y += extra
    middles = [place.middle for _, placed in branches for place in placed]
    middle = (min(middles) + max(middles)) / 2 if middles else 3.5
    box = (LEFT, min(max(middle - 0.62, 1.72), 5.2), _ROOT_WIDTH, 1.24)
    question = page.para(slide.root, 14, WHITE, bold=True, spacing=1.05)
    if page.height((question,), _ROOT_WIDTH - 0.28) > 1.18:
        grown = min(page.height((page.para(slide.root, 12, WHITE, bold=True),), _ROOT_WIDTH - 0.28) + 0.16, 4.6)
        box = (LEFT, max(1.72, min(middle - grown / 2, BODY_BOTTOM - grown)), _ROOT_WIDTH, max(grown, 1.24))
    root = page.text("Question", box, question, Looks(fill=NAVY), anchor="m", pad=(0.14, 0.03, 0.14, 0.03))
    _join(page, (root, box[1] + box[3] / 2), branches)


def _pitch(slide: TreeSlide) -> tuple[float, float, float]:
    leaves = sum(len(branch.leaves) for branch in slide.branches)
    gaps = max(len(slide.branches) - 1, 0)
    pitch, extra = 0.472, 0.16
    room = BODY_BOTTOM - _TOP + 0.072
    if leaves * pitch + gaps * extra > room:
        pitch, extra = room / (leaves + gaps * 0.3), room / (leaves + gaps * 0.3) * 0.3
    return pitch, extra, min(0.40, pitch - 0.05)


def _headings(page: Page, slide: TreeSlide) -> None:
    page.text("Heading", (_LEAVES_X, 1.68, 3.5, 0.2), page.para(page.word("hypothesis"), 10, MUTED, bold=True), one_line=True)
    if any(leaf.effect for branch in slide.branches for leaf in branch.leaves):
        heading = page.para(slide.effect_heading or page.word("effect"), 10, MUTED, bold=True, align="r")
        page.text("Heading", (_LEAVES_X + _LEAF_WIDTH - 0.6, 1.68, 2.0, 0.2), heading, one_line=True)
    page.text("Heading", (RIGHT - _PILL, 1.68, _PILL, 0.2), page.para(page.word("verdict"), 10, MUTED, bold=True), one_line=True)


def _leaf(page: Page, leaf: Leaf, y: float, tall: float) -> _Placed:
    supported, undecided = leaf.verdict is Verdict.SUPPORTED, leaf.verdict in (Verdict.UNDECIDED, Verdict.UNTESTED)
    fill, ink = (TEAL_LIGHT, INK) if supported else (WHITE, INK) if undecided else (PANEL, SLATE)
    edge = (AMBER if leaf.verdict is Verdict.UNDECIDED else AXIS) if undecided else None
    mark = TEAL if supported else AMBER if leaf.verdict is Verdict.UNDECIDED else MUTED
    pieces = page.pieces(page.literal(f"{leaf.id}  "), 12, mark, bold=True) + page.pieces(leaf.text, 12, ink, bold=supported)
    shape = page.text(
        "Leaf",
        (_LEAVES_X, y, _LEAF_WIDTH, tall),
        Para(pieces, spacing=1.0),
        Looks(fill=fill, line=edge),
        anchor="m",
        pad=(0.12, 0.035, 0.06, 0.035),
    )
    if leaf.effect:
        effect = page.para(leaf.effect, 12, MUTED if leaf.verdict is Verdict.REFUTED else INK, bold=supported, align="r")
        page.text("Effect", (_LEAVES_X + _LEAF_WIDTH + 0.08, y, 1.32, tall), effect, anchor="m")
    _pill(page, leaf.verdict, y + tall / 2)
    return _Placed(shape, y + tall / 2, leaf.verdict)


def _pill(page: Page, verdict: Verdict, middle: float) -> None:
    fill, ink, edge = _ON_PILL[verdict]
    x, tall = RIGHT - _PILL, 0.29
    word = page.para(page.word(verdict.value), 11, ink, bold=True)
    looks = Looks(fill=fill, line=edge, width=1, geometry="roundRect", adjust=0.5)
    page.text("Verdict", (x, middle - tall / 2, _PILL, tall), word, looks, anchor="m", pad=(0.36, 0, 0.05, 0), one_line=True)
    draw_verdict_mark(page, verdict, (x + 0.14, middle - 0.075, 0.15), ink)


def draw_verdict_mark(page: Page, verdict: Verdict, place: tuple[float, float, float], color: str) -> None:
    """Draw the check, cross, question mark or dash of a verdict; `place` is left, top and size."""
    x, y, size = place
    if verdict is Verdict.SUPPORTED:
        page.path("Check", ((x, y + size * 0.55), (x + size * 0.38, y + size * 0.9), (x + size, y + size * 0.12)), color, 1.75)
    elif verdict is Verdict.REFUTED:
        page.line((x + size * 0.12, y + size * 0.12), (x + size * 0.88, y + size * 0.88), color, 1.5)
        page.line((x + size * 0.88, y + size * 0.12), (x + size * 0.12, y + size * 0.88), color, 1.5)
    elif verdict is Verdict.UNDECIDED:
        page.text(
            "Question mark", (x, y - 0.04, size, size + 0.08), page.para("?", 11, color, bold=True, align="c", spacing=1.0), anchor="m"
        )
    else:
        page.line((x + size * 0.1, y + size / 2), (x + size * 0.9, y + size / 2), color, 1.5)


def _join(page: Page, root: tuple[int, float], branches: list[tuple[Branch, list[_Placed]]]) -> None:
    joints: list[tuple[bool, tuple[int, float, float], tuple[int, float, float]]] = []
    for branch, placed in branches:
        if not placed:
            continue
        hot = any(place.verdict is Verdict.SUPPORTED for place in placed)
        middle = (placed[0].middle + placed[-1].middle) / 2
        shape = _branch(page, branch, middle, hot=hot, room=max(placed[-1].middle - placed[0].middle + 0.4, 0.4))
        joints.append((hot, (root[0], LEFT + _ROOT_WIDTH, root[1]), (shape, _BRANCH_X, middle)))
        joints += [
            (place.verdict is Verdict.SUPPORTED, (shape, _BRANCH_X + _BRANCH_WIDTH, middle), (place.shape, _LEAVES_X, place.middle))
            for place in placed
        ]
    for hot, start, end in sorted(joints, key=lambda joint: joint[0]):
        page.elbow(start, end, TEAL if hot else AXIS, 1.75 if hot else 1)


def _branch(page: Page, branch: Branch, middle: float, *, hot: bool, room: float) -> int:
    pieces = page.pieces(page.literal(f"{branch.id}  "), 12, TEAL if hot else MUTED, bold=True)
    pieces += page.pieces(branch.text, 12, INK if hot else SLATE, bold=True)
    note = page.para(branch.note or page.word(_count_word(branch)), 10, MUTED, spacing=1.0)
    paras = (Para(pieces, spacing=1.0), note)
    tall = min(max(0.6, page.height(paras, _BRANCH_WIDTH - 0.2) + 0.12), max(0.6, room))
    looks = Looks(fill=WHITE, line=TEAL if hot else AXIS, width=1.25 if hot else 0.75)
    box = (_BRANCH_X, middle - tall / 2, _BRANCH_WIDTH, tall)
    return page.text("Branch", box, paras, looks, anchor="m", pad=(0.12, 0.03, 0.08, 0.03))


def _count_word(branch: Branch) -> str:
    verdicts = [leaf.verdict for leaf in branch.leaves]
    supported = verdicts.count(Verdict.SUPPORTED)
    if supported:
        return "all_supported" if supported == len(verdicts) else "some_supported"
    return "none_supported" if Verdict.REFUTED in verdicts else "all_open"
