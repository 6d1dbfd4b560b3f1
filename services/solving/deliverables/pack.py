"""The data pack: what stands behind the deck as one zip whose bytes follow from its content; pure.

It holds the findings, every number of the deck, the rows behind each of its charts, and the queries, notebooks and charts
of the analyses. The tables themselves are not in it: they are the owner's, and are downloaded by those who may read them.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence

from services.decks.model import Deck, FindingSlide, ImpactSlide, PrioritiesSlide
from services.decks.pptx.workbook import packed
from services.decks.spans import evidence_url
from services.solving.artifacts.files import slug
from services.solving.deliverables.behind import Behind, PackedFile
from services.solving.steps.analyze import Analysis
from shared.kit.cited import resolve
from shared.kit.spreadsheet import csv_bytes

_README = """# Data pack: {title}

What stands behind the deck of {date}. `manifest.json` lists every file with its SHA-256.

- `findings.json`: every finding with its value, interval, test, query and facts; those that found nothing too
- `numbers.csv`: every number of the deck, how it is written there and the page that computes it again
- `slides/`: the rows behind each chart of the deck
- `sql/`, `notebooks/`, `csv/`, `charts/`, `visualizations/`, `models/`: what the analyses left behind

The notebooks read the tables from `data/`, which this pack leaves out; `sevensteps solve --out` and the API give them.
"""


def data_pack(deck: Deck, behind: Behind) -> bytes:
    """Return the pack as a zip: files by path after the manifest, every date the same, no formula in any CSV."""
    files = sorted([*_about(deck, behind), *_charts(deck), *behind.artifacts], key=lambda file: file.path)
    entries = [
        {
            "path": file.path,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "size": len(file.content),
            "mime_type": file.mime_type,
            "description": file.description,
        }
        for file in files
    ]
    manifest = {"problem_id": deck.problem_id, "run": deck.run_label, "date": deck.date.isoformat(), "files": entries}
    return packed({"manifest.json": _json(manifest), **{file.path: file.content for file in files}})


def _about(deck: Deck, behind: Behind) -> Iterator[PackedFile]:
    title = resolve(deck.title, deck.displays)
    readme = _README.format(title=title, date=deck.date.isoformat())
    yield PackedFile("README.md", "text/markdown", "What is in this pack", readme.encode("utf-8", "replace"))
    yield PackedFile("findings.json", "application/json", "Every finding with its query", _json(_findings(behind.analysis)))
    columns = ("key", "label", "display", "value", "unit", "evidence")
    rows = [
        (n.key, n.label, n.display, n.value, n.unit, evidence_url(deck, n.key)) for _, n in sorted(deck.numbers.items()) if n.rows is None
    ]
    yield PackedFile("numbers.csv", "text/csv", "Every number of the deck", csv_bytes(columns, rows))


def _findings(analysis: Analysis | None) -> object:
    if analysis is None:
        return {"findings": [], "not_enough_data": []}
    return {
        "tests_run": analysis.tests_run,
        "findings": [finding.model_dump(mode="json") for finding in analysis.findings],
        "not_enough_data": [gap.model_dump(mode="json") for gap in analysis.not_enough_data],
    }


def _charts(deck: Deck) -> Iterator[PackedFile]:
    """Yield the rows behind each chart, named by the slide it is on."""
    for place, slide in enumerate(deck.slides, start=1):
        keys: Sequence[str | None] = ()
        if isinstance(slide, FindingSlide) and slide.exhibit:
            keys = (slide.exhibit.key,)
        elif isinstance(slide, PrioritiesSlide):
            keys = (slide.chart, slide.cut)
        elif isinstance(slide, ImpactSlide):
            keys = (slide.chart,)
        title = resolve(slide.title, deck.displays)
        for key in keys:
            entry = deck.numbers[key] if key else None
            if entry is not None and entry.rows is not None:
                width = max((len(row) for row in entry.rows), default=len(entry.columns))
                header = [*entry.columns, *(f"column_{i + 1}" for i in range(len(entry.columns), width))]
                path = f"slides/{place:02d}-{slug(title)}-{entry.key}.csv"
                yield PackedFile(path, "text/csv", f"The rows behind: {title}", csv_bytes(header, entry.rows))


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")
