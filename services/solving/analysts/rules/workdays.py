"""Working days: Monday to Friday; public holidays differ by place and are for the plan's owner to know."""

from datetime import date, timedelta


def next_monday(day: date) -> date:
    """Return the first Monday after a day."""
    return day + timedelta(days=7 - day.weekday())


def workday(day: date) -> date:
    """Return a day, or the Monday after it where it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def after(day: date, days: int) -> date:
    """Return the working day that lies some working days after a day."""
    current = workday(day)
    for _ in range(days):
        current = workday(current + timedelta(days=1))
    return current
