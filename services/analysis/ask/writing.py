"""Writing a computed value as the question wants it written."""

from decimal import ROUND_HALF_EVEN, Decimal

from services.analysis.ask.plan import Writing


def written(value: float | str, writing: Writing) -> str:
    """Return a value as text: the decimals asked for, a whole number, or its 12 significant digits."""
    if isinstance(value, str):
        return value
    if writing.decimals is not None:
        fixed = Decimal(repr(float(f"{value:.15g}"))).quantize(Decimal(1).scaleb(-writing.decimals), rounding=ROUND_HALF_EVEN)
        return f"{fixed or abs(fixed):f}"
    if writing.whole and value == int(value):
        return str(int(value))
    return f"{value:.12g}"
