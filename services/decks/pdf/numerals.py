"""What an office program shows for a number under a format code, for the codes that `services.decks.pptx.formats` writes."""

import re

from services.decks.series import from_serial
from services.decks.words import day, month_name

_CODE = re.compile(r'(?P<lead>\+?)(?:"(?P<sign>[^"]*)")?#,##0(?:\.(?P<places>0+))?(?P<thousands>,*)(?P<percent>%?)(?:"(?P<tail>[^"]*)")?')


def numeral(value: float, code: str) -> str:
    """Return a number as its format code writes it. Raises ValueError for a code that this engine never writes."""
    if code == "General":
        return f"{value:.12g}"
    sections = code.split(";")
    section = sections[0] if value > 0 or len(sections) < 2 else sections[1] if value < 0 else sections[-1]
    if section == "0":
        return "0"
    found = _CODE.fullmatch(section)
    if not found:
        raise ValueError(f"no number is written by {code!r}")
    scaled = abs(value) * (100 if found["percent"] else 1) / 1000 ** len(found["thousands"])
    digits = f"{scaled:,.{len(found['places'] or '')}f}"
    return f"{found['lead']}{found['sign'] or ''}{digits}{found['percent']}{found['tail'] or ''}"


def dated(value: float, code: str, language: str) -> str:
    """Return a spreadsheet day number as its format code writes it (yyyy, mmm yy or d mmm)."""
    date = from_serial(value)
    if code == "yyyy":
        return f"{date.year}"
    if code == "d mmm":
        return day(language, date)
    if language == "zh":
        return f"{date.year % 100:02d}年{date.month}月"
    return f"{month_name(language, date.month)[:3]} {date.year % 100:02d}"
