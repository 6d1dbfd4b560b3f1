"""Colours, type sizes and the grid of the deck; lengths are inches, sizes are points."""

from services.decks.elements import Tone, Verdict

INK, TEXT, SLATE, MUTED = "12263A", "2B3A48", "4A5763", "5B6774"
TEAL, HOT, AMBER = "0A6C74", "C2410C", "8A5A00"
TEAL_MID, GREY, AXIS, RULE, PANEL, TRACK = "7DB8BC", "B3BCC5", "9AA6B1", "D3D9DF", "F2F4F6", "E6EAEE"
TEAL_LIGHT, GO, HOT_LIGHT, GRID, POINT = "DCECED", "EDF5F5", "FBEAE2", "E3E7EB", "8D99A5"
GREY_DARK = "7D8894"  # context bars that carry no value of their own: 3.6 to white
NAVY, WHITE, SKY, EMBER, FROST, MIST, DUSK, STEEL = "0E2238", "FFFFFF", "7FD1CC", "FF9A6B", "B8C4D2", "D5DEE8", "3A4F68", "8FA3B8"

FONT, FONT_EAST_ASIAN = "Arial", "Microsoft YaHei"
# What the theme calls a colour: shapes name the theme's colour, so that a reader's own theme restyles them.
THEME = {
    INK: "tx1", WHITE: "bg1", NAVY: "tx2", PANEL: "bg2", TEAL: "accent1", HOT: "accent2", GREY: "accent3",
    AMBER: "accent4", MUTED: "accent6",
}  # fmt: skip

WIDTH, HEIGHT = 13.333, 7.5
LEFT, RIGHT = 0.6, 12.733
SPAN = RIGHT - LEFT
GUTTER = 0.2
COLUMN = (SPAN - 11 * GUTTER) / 12
BODY_TOP, BODY_BOTTOM = 1.72, 6.58

TONE = {Tone.INK: INK, Tone.PROBLEM: HOT, Tone.GAIN: TEAL, Tone.UNDECIDED: AMBER, Tone.MUTED: MUTED}
TONE_ON_NAVY = {Tone.INK: WHITE, Tone.PROBLEM: EMBER, Tone.GAIN: SKY, Tone.UNDECIDED: MIST, Tone.MUTED: STEEL}
VERDICT = {Verdict.SUPPORTED: TEAL, Verdict.REFUTED: SLATE, Verdict.UNDECIDED: AMBER, Verdict.UNTESTED: MUTED}


def column_left(number: int) -> float:
    """Return the left edge of a grid column, 1 to 12."""
    return LEFT + (number - 1) * (COLUMN + GUTTER)


def columns_width(count: int) -> float:
    """Return the width of some grid columns with the gutters between them."""
    return count * COLUMN + (count - 1) * GUTTER


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2, 1 to 21)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
