"""What is wrong with the values of a column, as notes that become data-quality findings."""

from services.analysis.dataset import ColumnProfile, Note, Role, counted
from services.analysis.profile.aggregates import Summary

MUCH_MISSING = 0.2


def column_notes(profile: ColumnProfile, summary: Summary) -> list[Note]:
    """Return the notes one column's profile gives rise to."""
    notes = []
    if profile.role is Role.EMPTY:
        notes.append(_note("empty_column", f"{profile.name} holds no value in any row.", profile, profile.rows))
    elif profile.missing >= MUCH_MISSING * profile.rows:
        share = round(100 * profile.missing / profile.rows)
        notes.append(
            _note(
                "missing_values",
                f"{profile.name} has no value in {profile.missing} of {profile.rows} rows ({share}%).",
                profile,
                profile.missing,
            )
        )
    if profile.role is Role.CONSTANT:
        notes.append(
            _note("constant_column", f"{profile.name} holds one and the same value wherever it is filled.", profile, profile.present)
        )
    if summary.formulas:
        sentence = f"{counted(summary.formulas, 'cell')} of {profile.name} with the look of a formula, kept as text and never evaluated."
        notes.append(_note("formula_cells", sentence, profile, summary.formulas))
    if summary.markers:
        sentence = f"{counted(summary.markers, 'cell')} of {profile.name} with a word for missing, such as N/A, kept as text."
        notes.append(_note("missing_markers", sentence, profile, summary.markers))
    if summary.blank:
        notes.append(
            _note("blank_cells", f"{counted(summary.blank, 'cell')} of {profile.name} with nothing but spaces.", profile, summary.blank)
        )
    return notes


def _note(code: str, sentence: str, profile: ColumnProfile, rows: int) -> Note:
    return Note(code=code, sentence=sentence, column=profile.name, rows=rows)
