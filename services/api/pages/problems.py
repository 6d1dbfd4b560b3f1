"""The list of problems, and one problem with its steps, its answer and its files. The web front end will take their place."""

from collections.abc import Sequence
from urllib.parse import quote

from services.api.markup import Markup, page, tag
from services.solving.endpoints.deliverables import DeliverableView
from services.solving.endpoints.run_schemas import ExecutionView, RunView
from services.solving.endpoints.schemas import ProblemSummary, ProblemView, SampleView
from services.solving.steps.registry import STEP_BY_NAME
from services.solving.steps.synthesize import Synthesis

_STATUS_IN_WORDS = {"tree_generation": "building the tree"}
_RESTING = {"created", "completed", "failed", "cancelled"}


def problems_page(problems: Sequence[ProblemSummary], samples: Sequence[SampleView], next_cursor: str | None) -> str:
    """Return the list of problems, newest first, with the bundled ones to try."""
    heads = tag("tr", *[tag("th", head, scope="col") for head in ("Problem", "Status", "Handed in", "By")])
    rows = [_problem_row(problem) for problem in problems]
    table = tag("div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll", tabindex=0)
    more = tag("p", tag("a", "Older problems", href=f"/?cursor={quote(next_cursor)}")) if next_cursor else ""
    nothing = tag("div", tag("p", "No problem has been handed in yet. Try a bundled one; its data are synthetic."), class_="card empty")
    tries = [_try(sample) for sample in samples]
    return page(
        "Problems",
        tag("h1", "Problems"),
        table if rows else nothing,
        more,
        tag("h2", "Try a bundled problem"),
        tag("div", *tries, class_="row"),
        tag("p", "Your own: ", tag("code", 'sevensteps solve "..." --data FILE'), " or ", tag("a", "POST /v1/problems", href="/docs"), "."),
        scripts=("live.js",),
    )


def problem_page(
    problem: ProblemView, run: RunView | None, synthesis: Synthesis | None, deliverables: Sequence[DeliverableView], numbers: int
) -> str:
    """Return one problem: where it stands, what the answer is, and where its files and numbers are."""
    base = f"/problems/{problem.id}"
    head = (
        tag("p", tag("a", "Problems", href="/"), class_="meta"),
        tag("h1", problem.title or "Untitled problem"),
        tag("p", _badge(problem.status), " handed in by ", problem.submitter, class_="meta"),
    )
    links = tag("p", tag("a", f"{numbers} numbers and how each was computed", href=f"{base}/evidence")) if numbers else ""
    return page(
        problem.title or "Problem",
        *head,
        _answer(synthesis) if synthesis else "",
        _files(deliverables),
        links,
        tag("h2", "The seven steps"),
        _steps(run) if run else "",
        _next_move(base, run),
        tag("h2", "The problem"),
        tag("div", *[tag("p", " ".join(part.split())) for part in problem.raw_text.split("\n\n")], class_="card"),
        _data(problem),
        scripts=("live.js",),
    )


def _next_move(base: str, run: RunView | None) -> Markup | str:
    """Return the one button that makes sense now, if any."""
    if run is None:
        word, move = "Run the seven steps", "runs"
    elif run.status in {"failed", "cancelled"}:
        word, move = "Take it up again", "resume"
    elif run.awaiting is not None:
        word, move = f"Approve '{STEP_BY_NAME[run.awaiting].title}' and go on", "continue"
    else:
        return ""
    return tag("form", tag("button", word, type="submit"), method="post", action=f"{base}/{move}")


def _problem_row(problem: ProblemSummary) -> Markup:
    live = str(problem.id) if problem.status not in _RESTING else None
    return tag(
        "tr",
        tag("td", tag("a", problem.title or "Untitled problem", href=f"/problems/{problem.id}")),
        tag("td", tag("span", _badge(problem.status), data_problem=live, data_after=problem.last_seq if live else None)),
        tag("td", tag("time", f"{problem.created_at:%d %B %Y, %H:%M} UTC", datetime=problem.created_at.isoformat())),
        tag("td", problem.submitter),
    )


def _badge(status: str) -> Markup:
    working = status not in _RESTING
    return tag("span", _STATUS_IN_WORDS.get(status, status.replace("_", " ")), class_=f"badge {'running' if working else status}")


def _try(sample: SampleView) -> Markup:
    return tag("form", tag("button", sample.title, type="submit"), method="post", action=f"/samples/{quote(sample.name)}")


def _answer(synthesis: Synthesis) -> Markup:
    actions = [tag("li", tag("strong", one.title), " ", one.summary) for one in synthesis.recommendations]
    return tag(
        "section", tag("h2", "The answer"), tag("p", synthesis.governing_answer), tag("ol", *actions), class_="card", aria_label="Answer"
    )


def _files(deliverables: Sequence[DeliverableView]) -> Markup:
    ready = sorted((one for one in deliverables if one.status == "ready"), key=lambda one: (one.deliverable_type != "ppt", one.file_name))
    links = [tag("a", one.file_name, href=f"/v1/deliverables/{one.id}/download", class_="button", download=True) for one in ready]
    return tag("div", *links, class_="row")


def _steps(run: RunView) -> Markup:
    heads = tag("tr", *[tag("th", head, scope="col") for head in ("Step", "Status", "Progress", "Seconds")])
    live = str(run.problem_id) if run.status == "running" else None
    rows = tag("tbody", *[_step_row(one) for one in run.executions], data_problem=live, data_after=0 if live else None)
    return tag("div", tag("table", tag("thead", heads), rows), class_="scroll", tabindex=0)


def _step_row(execution: ExecutionView) -> Markup:
    said = (execution.error_details or {}).get("detail") or (execution.current_activity if execution.status == "running" else "") or ""
    title = STEP_BY_NAME[execution.step].title
    bar = tag(
        "progress", f"{execution.progress_percentage}%", value=execution.progress_percentage, max=100, aria_label=f"{title}: progress"
    )
    return tag(
        "tr",
        tag("td", title),
        tag("td", tag("span", "waits for you" if execution.held else execution.status, class_=f"badge {execution.status}")),
        tag("td", bar, " ", tag("span", said, class_="meta")),
        tag("td", "" if execution.actual_duration is None else execution.actual_duration, class_="number"),
        data_step=execution.step,
    )


def _data(problem: ProblemView) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", tag("code", dataset.name)),
            tag("td", dataset.source),
            tag("td", f"{dataset.row_count:,}", class_="number"),
            tag("td", dataset.column_count, class_="number"),
            tag("td", tag("code", dataset.sha256[:16])),
        )
        for dataset in problem.datasets
    ]
    if not rows:
        return tag("p", "No data were attached.", class_="meta")
    heads = tag("tr", *[tag("th", head, scope="col") for head in ("Table", "File", "Rows", "Columns", "SHA-256")])
    return tag("div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll", tabindex=0)
