"""The page behind a share link: the answer first, what is asked, what to do, the slides, the files. No script, no account."""

from collections.abc import Sequence
from urllib.parse import quote

from services.api.markup import Markup, tag
from services.api.pages.evidence import Shown, evidence_card
from services.solving.sharing.slides import Block, ChartRows, SharedSlide
from services.solving.sharing.view import SharedAction, SharedAnswer, SharedFile

_NUMBERS_SHOWN = 60
_FORMATS = {"pptx": "PowerPoint", "pdf": "PDF", "docx": "Word", "md": "Markdown", "mp4": "Video", "mp3": "Audio", "zip": "Data pack"}
_ROLES = {"zip": "Data pack", "vtt": "Captions", "txt": "Transcript"}
_NAMES = {"ppt": "Deck", "pdf": "Deck", "video": "Video", "audio": "Audio", "executive_summary": "Summary"}


def share_page(shared: SharedAnswer, base: str) -> str:
    """Return the page; `base` is the address of the link, from which files are taken."""
    main = [slide for slide in shared.slides if slide.kind not in {"appendix", "cover"}]  # the page's head is the cover
    appendix = [slide for slide in shared.slides if slide.kind == "appendix"]
    top = tag(
        "div",
        tag("p", f"Version {shared.version}, {shared.dated:%d %B %Y}".replace(" 0", " "), class_="meta"),
        tag("h1", shared.answer or shared.title),
        tag("p", shared.question, class_="question"),
        class_="top",
    )
    left = tag("section", _players(shared.files, base), *[_slide(slide, base) for slide in main], aria_label="Slides", class_="slides")
    right = tag(
        "aside",
        _figures(shared),
        _asked(shared),
        _actions(shared),
        _confidence(shared),
        _downloads(shared.files, base),
        aria_label="In short",
    )
    more = (
        _folded("What is said to each slide", [tag("p", text) for text in shared.transcript]),
        _folded("Appendix", [_slide(slide, base) for slide in appendix]),
    )
    foot = tag(
        "footer",
        tag("span", "Every number opens its evidence."),
        tag("span", "Deck hash ", tag("code", shared.deck_hash[:12])),
    )
    body = (top, tag("div", left, right, class_="columns"), *more, foot)
    who = tag("span", f"Shared by {shared.shared_by}, {shared.organization}", class_="who")
    ends = tag("span", f"Link ends {shared.expires_at:%d %b %Y}".replace(" 0", " "))
    return _shell(shared.title, shared.language, tag("div", who, tag("span", "Read only", class_="badge"), ends, class_="about"), *body)


def ended_page(sentence: str) -> str:
    """Return the page for a link that is unknown or has ended."""
    said = tag("div", tag("h1", "This link does not open anything"), tag("p", sentence), class_="top ended")
    return _shell("Link ended", "en", None, said)


def shared_evidence_page(title: str, base: str, shown: Sequence[Shown]) -> str:
    """Return the page that says where numbers come from, without the button that computes them again."""
    back = tag("p", tag("a", f"Back to {title or 'the answer'}", href=base), class_="meta")
    heading = (
        tag("h1", f"{shown[0].entry.display or shown[0].entry.label}: where it comes from") if len(shown) == 1 else tag("h1", "Evidence")
    )
    cards = [evidence_card(base, one, again=False) for one in shown]
    return _shell("Evidence", "en", None, tag("div", back, heading, class_="top"), *cards, sheets=("pages.css", "share.css"))


def _shell(title: str, language: str, about: Markup | None, *content: object, sheets: Sequence[str] = ("share.css",)) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("title", title),
        *[tag("link", rel="stylesheet", href=f"/static/{sheet}") for sheet in sheets],
        tag("link", rel="icon", href="data:,"),
    )
    brand = tag("header", tag("div", tag("span", "Seven Steps to Poem", class_="brand"), about, class_="inner"))
    return f"<!doctype html>{tag('html', head, tag('body', brand, tag('main', *content)), lang=language)}"


def _figures(shared: SharedAnswer) -> Markup | None:
    if not shared.figures:
        return None
    cells = [tag("div", tag("dt", figure.caption[:1].upper() + figure.caption[1:]), tag("dd", figure.display)) for figure in shared.figures]
    return tag("dl", *cells, class_="figures")


def _asked(shared: SharedAnswer) -> Markup | None:
    if not shared.decision_asked:
        return None
    return tag("div", tag("h2", "What we ask you to decide"), tag("p", shared.decision_asked))


def _actions(shared: SharedAnswer) -> Markup | None:
    if not shared.actions:
        return None
    rows = [_action(action) for action in shared.actions]
    total = [tag("div", _action(shared.total), class_="total")] if shared.total else []
    return tag("div", tag("h2", "What to do"), tag("ol", *[tag("li", row) for row in rows]), *total, class_="actions")


def _action(action: SharedAction) -> Markup:
    who = ", ".join(part for part in (action.owner, action.due and f"by {action.due}") if part)
    said = tag("div", tag("span", action.action, class_="what"), tag("span", who, class_="meta"), class_="said")
    brings = tag("div", tag("span", action.effect, class_="effect"), tag("span", action.range, class_="meta"), class_="brings")
    return tag("div", said, brings, class_="action")


def _confidence(shared: SharedAnswer) -> Markup:
    heading = tag("h2", f"{shared.confidence.capitalize()} confidence")
    return tag("div", heading, tag("p", shared.confidence_reason), tag("p", shared.impact) if shared.impact else None, class_="card")


def _slide(slide: SharedSlide, base: str) -> Markup:
    number = tag("span", slide.position, class_="number")
    blocks = [part for block in slide.blocks for part in _block(block)]
    pictures = [_picture(slide, part, base) for part in range(1, slide.pages + 1)]
    parts = (
        tag("h2", slide.title, class_="unseen"),
        *pictures,
        tag("details", tag("summary", "The slide as text"), *blocks) if blocks else None,
        _chart(slide.chart) if slide.chart else None,
        _numbers(slide, base),
    )
    return tag("article", *parts, tag("p", slide.source, " ", number, class_="source"), class_="slide", id=f"slide-{slide.position}")


def _picture(slide: SharedSlide, part: int, base: str) -> Markup:
    said = f"Slide {slide.position} as a picture; its text and its numbers follow"
    return tag("img", src=f"{base}/slides/{slide.position}?part={part}", alt=said, width=1280, height=720, loading="lazy")


def _numbers(slide: SharedSlide, base: str) -> Markup | None:
    """Return every number of the slide as a link to where it comes from."""
    links = [
        tag("li", tag("a", number.display, href=f"{base}/evidence?ids={quote(number.key)}"), " ", number.label)
        for number in slide.numbers[:_NUMBERS_SHOWN]
    ]
    return tag("details", tag("summary", "Where each number comes from"), tag("ul", *links)) if links else None


def _block(block: Block) -> list[Markup]:
    heading = [tag("h3", block.heading)] if block.heading else []
    return [*heading, *([tag("ul", *[tag("li", line) for line in block.lines])] if block.lines else [])]


def _chart(chart: ChartRows) -> Markup:
    heads = tag("tr", *[tag("th", column, scope="col") for column in chart.columns])
    rows = [tag("tr", *[_cell(cell) for cell in row]) for row in chart.rows]
    left_out = chart.total - len(chart.rows)
    more = tag("p", f"{left_out:,} more rows are in the files.", class_="meta") if left_out else None
    table = tag(
        "div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll", tabindex=0, aria_label=chart.title, role="region"
    )
    return tag("details", tag("summary", f"The numbers: {chart.title}"), table, more)


def _cell(cell: str | float | None) -> Markup:
    if isinstance(cell, float | int):
        return tag("td", f"{cell:,.4g}" if abs(cell) < 1_000 else f"{cell:,.0f}", class_="figure")
    return tag("td", cell or "")


def _players(files: Sequence[SharedFile], base: str) -> Markup | None:
    captions = {file.deliverable_type: file for file in files if file.file_name.endswith(".vtt")}
    plays = [file for kind in ("video", "audio") for file in files if file.deliverable_type == kind and _plays(file)]
    players = [_player(file, captions.get(file.deliverable_type), base) for file in plays]
    return tag("div", *players, class_="players") if players else None


def _plays(file: SharedFile) -> bool:
    return (file.mime_type or "").startswith(("video/", "audio/"))


def _player(file: SharedFile, captions: SharedFile | None, base: str) -> Markup:
    track = tag("track", kind="captions", src=f"{base}/files/{captions.id}", srclang="en", label="English") if captions else None
    address, said = f"{base}/files/{file.id}", _NAMES[file.deliverable_type]
    poster = {"poster": f"{base}/slides/1"} if file.deliverable_type == "video" else {}
    return tag(file.deliverable_type, track, src=address, controls=True, preload="none", aria_label=said, **poster)


def _downloads(files: Sequence[SharedFile], base: str) -> Markup | None:
    if not files:
        return None
    links = [_download(file, base) for file in files]
    return tag("section", tag("h2", "Downloads"), tag("div", *links, class_="files"), class_="downloads", aria_label="Downloads")


def _download(file: SharedFile, base: str) -> Markup:
    suffix = file.file_name.rpartition(".")[2].lower()
    kind = f"{_FORMATS.get(suffix, suffix.upper())}, {_size(file.file_size or 0)}"
    name = _ROLES.get(suffix) or ("Long summary" if file.file_name.startswith("summary-long") else _NAMES[file.deliverable_type])
    return tag(
        "a",
        tag("span", name, class_="what"),
        tag("span", kind, class_="meta"),
        href=f"{base}/files/{quote(str(file.id))}",
        download=True,
        class_="file",
    )


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1_000))} kB"


def _folded(title: str, content: Sequence[Markup]) -> Markup | None:
    return tag("details", tag("summary", title), *content, class_="folded") if content else None
