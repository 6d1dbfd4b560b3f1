"""The evidence page: the number, how it was computed, on which data, and the button that computes it again."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from services.api.markup import Markup, page, tag
from services.solving.evidence.ledger import EvidenceEntry, EvidenceKind
from services.solving.evidence.rerun import Rerun
from shared.kit.value import Value

_ROWS_SHOWN = 200
_KIND_IN_WORDS = {
    EvidenceKind.SQL: "computed by a query",
    EvidenceKind.METHOD: "computed by a statistical method",
    EvidenceKind.FORMULA: "arithmetic over other numbers",
    EvidenceKind.STATED: "stated in the problem's text",
    EvidenceKind.ASSUMPTION: "an assumption",
    EvidenceKind.COUNT: "counted",
    EvidenceKind.COUNT: "a count of the items listed",
}


class Shown(Value):
    """An entry with what is known around it."""

    entry: EvidenceEntry
    cited_by: list[str] = []  # statements of findings that use it, as people read them
    files: dict[str, str] = {}  # SHA-256 -> file name
    displays: dict[str, str] = {}  # ledger key -> how its number is written
    rerun: Rerun | None = None
    seconds: float = 0.0


def evidence_page(problem_id: str, title: str, shown: Sequence[Shown]) -> str:
    """Return the page for some entries of a problem's ledger."""
    base = f"/problems/{quote(problem_id)}"
    crumbs = tag("p", tag("a", "Problems", href="/"), " / ", tag("a", title, href=base), " / Evidence", class_="meta")
    if not shown:
        back = tag("a", "All numbers", href=f"{base}/evidence")
        none = tag("div", tag("p", "No number of this problem has that id."), back, class_="card empty")
        return page("Evidence", crumbs, tag("h1", "Evidence"), none)
    first = shown[0].entry
    heading = f"{first.display or first.label}: where it comes from" if len(shown) == 1 else f"{len(shown)} numbers, each with its source"
    return page("Evidence", crumbs, tag("h1", heading), *[evidence_card(base, one) for one in shown])


def ledger_page(problem_id: str, title: str, entries: Sequence[EvidenceEntry], start: int, total: int) -> str:
    """Return a page of a problem's whole ledger as a table, each number leading to where it comes from."""
    base = f"/problems/{quote(problem_id)}"
    crumbs = tag("p", tag("a", "Problems", href="/"), " / ", tag("a", title, href=base), " / Evidence", class_="meta")
    heads = tag("tr", *[tag("th", head, scope="col") for head in ("Number", "What it is", "How it is known", "Key")])
    rows = [
        tag(
            "tr",
            tag("td", entry.display or f"{len(entry.rows or [])} rows", class_="number"),
            tag("td", entry.label),
            tag("td", tag("span", _KIND_IN_WORDS[entry.kind], class_=f"badge {entry.kind}")),
            tag("td", _link(base, entry.key)),
        )
        for entry in entries
    ]
    if not rows:
        nothing = tag("div", tag("p", "This problem shows no number yet."), class_="card empty")
        return page("Evidence", crumbs, tag("h1", "Evidence"), nothing)
    table = tag("div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll", tabindex=0)
    end = start + len(rows)
    more = tag("p", tag("a", "Next numbers", href=f"{base}/evidence?start={end}")) if end < total else ""
    shown = tag("p", f"{start + 1:,} to {end:,} of {total:,}. Open one to see how it was computed and to compute it again.", class_="meta")
    return page("Evidence", crumbs, tag("h1", "Every number and where it comes from"), shown, table, more)


def evidence_card(base: str, shown: Shown, *, again: bool = True) -> Markup:
    """Return an entry with where it comes from; `base` is where its inputs are shown, `again` whether it may be computed again here."""
    entry = shown.entry
    top = tag("p", entry.label, " ", tag("span", _KIND_IN_WORDS[entry.kind], class_=f"badge {entry.kind}"))
    figure = tag("p", entry.display, class_="key-figure") if entry.value is not None else ""
    cited = [tag("li", statement) for statement in shown.cited_by]
    return tag(
        "section",
        top,
        figure,
        _rerun(base, shown) if again else "",
        *_recipe(base, shown),
        _rows(entry) if entry.rows is not None else "",
        tag("h2", "Where it is used") if cited else "",
        tag("ul", *cited) if cited else "",
        tag("p", "Ledger key ", tag("code", entry.key), class_="meta"),
        class_="card",
        id=entry.key,
        aria_label=entry.label,
    )


def _rerun(base: str, shown: Shown) -> Markup:
    again = tag("form", tag("button", "Run again", type="submit"), method="post", action=f"{base}/evidence/{shown.entry.key}/rerun")
    if shown.rerun is None:
        return tag("div", again, class_="row")
    found = shown.rerun
    verdict: Literal["same", "differs"] = "same" if found.same else "differs"
    word = f"Same again: {found.display}" if found.same else f"Differs: {found.display or 'no number'}"
    said = tag("span", tag("span", word, class_=f"badge {verdict}"), " ", f"{found.detail} ({shown.seconds:.2f} s)", role="status")
    return tag("div", again, said, class_="row")


def _recipe(base: str, shown: Shown) -> list[Markup]:
    recipe, parts = shown.entry.recipe, []
    if recipe.text is not None:
        parts += [tag("h2", "The words that state it"), tag("blockquote", recipe.text)]
    if recipe.reason is not None:
        parts += [tag("h2", "Why it is assumed"), tag("p", recipe.reason)]
    if recipe.formula is not None:
        inputs = [
            tag("li", tag("code", name), " = ", shown.displays.get(key, ""), " ", _link(base, key))
            for name, key in sorted(recipe.inputs.items())
        ]
        parts += [tag("h2", "Formula"), tag("pre", recipe.formula), tag("ul", *inputs)]
    if recipe.method is not None:
        named = {"method": f"{recipe.method} {recipe.method_version or ''}", "fact": recipe.fact or ""}
        named |= {name: str(value) for name, value in sorted(recipe.params.items())}
        parts += [tag("h2", "Method"), tag("dl", *[part for name, value in named.items() for part in (tag("dt", name), tag("dd", value))])]
    if recipe.items:
        parts += [tag("h2", "What is counted"), tag("ul", *[tag("li", item) for item in recipe.items])]
    if recipe.query is not None:
        parts += [tag("h2", "Query"), tag("pre", recipe.query)]
    if recipe.datasets:
        rows = [
            tag("tr", tag("td", tag("code", table)), tag("td", shown.files.get(sha256, "")), tag("td", tag("code", sha256)))
            for table, sha256 in sorted(recipe.datasets.items())
        ]
        heads = tag("tr", *[tag("th", head, scope="col") for head in ("Table in the query", "File", "SHA-256 of the file")])
        parts += [tag("h2", "Data"), tag("div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll", tabindex=0)]
    return parts


def _link(base: str, key: str) -> Markup:
    return tag("a", tag("code", key), href=f"{base}/evidence?ids={quote(key)}")


def _rows(entry: EvidenceEntry) -> Markup:
    rows = entry.rows or []
    heads = tag("tr", *[tag("th", column, scope="col") for column in entry.columns])
    body = [tag("tr", *[_cell(cell) for cell in row]) for row in rows[:_ROWS_SHOWN]]
    more = f" (the first {_ROWS_SHOWN} are shown)" if len(rows) > _ROWS_SHOWN else ""
    table = tag("table", tag("caption", f"{len(rows)} rows{more}", class_="meta"), tag("thead", heads), tag("tbody", *body))
    return tag("div", table, class_="scroll", tabindex=0)


def _cell(cell: str | float | None) -> Markup:
    if cell is None:
        return tag("td", "")
    return tag("td", cell) if isinstance(cell, str) else tag("td", f"{cell:,.12g}", class_="number")
