"""`solve`, `demo`, `watch`: a problem through the seven steps, and its files on your disk."""

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.analysis.engines.scheme import is_server
from services.cli.outcome import BadInputError
from services.cli.processes import JsonOption
from services.cli.screen import note, print_json, progress

if TYPE_CHECKING:
    from uuid import UUID

    from services.cli.session import PlatformSession
    from services.decks.pptx.customer import CustomerTemplate

_MOST_TEXT_BYTES = 1_000_000


@dataclass(frozen=True)
class Solved:
    """What a solved problem left behind."""

    problem_id: str
    title: str
    governing_answer: str
    findings: int
    recommendations: list[str]
    files: list[str]
    failed: list[str]  # files that could not be made, each with its reason
    artifacts: str  # the folder of the analyses' files; its manifest.json lists them
    seconds: float
    url: str | None = None


def solve(
    text: Annotated[str, typer.Argument(help="The problem in a sentence or two, or a text file that says it.", show_default=False)],
    *,
    data: Annotated[
        list[str],
        typer.Option(help="CSV, TSV, Parquet, Excel or JSON, or postgresql://USER@HOST/DB?table=SCHEMA.NAME; may be given more than once."),
    ] = [],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Folder for the deck, its summary and the analyses' files.")] = Path("out"),
    template: Annotated[Path | None, typer.Option(help="Your own .pptx or .potx to draw the deck in.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Take a problem and its data through the seven steps and write the deck."""
    from services.cli.session import platform_session

    title, said = read_problem(text)
    check_files([Path(source) for source in data if not is_server(source)])
    _check_folder(out)
    own = _own_template(template) if template is not None else None
    with tempfile.TemporaryDirectory(prefix="sevensteps-snapshot-") as folder, platform_session() as session:
        files = [(path.name, path) for source in data for path in _files_of(source, Path(folder))]
        solved = _solved(session, said, title, files, out, quiet=as_json)
        if own is not None and template is not None:
            _redraw(session, solved, own, template.name, out)
        _tell(solved, as_json=as_json)


def demo(
    sample: Annotated[str, typer.Argument(help="saas, retail or market.")] = "saas",
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for the files (default: out/SAMPLE).", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a bundled problem through the seven steps and leave the platform running."""
    from services.cli.session import platform_session
    from services.solving.samples import catalogue

    chosen = catalogue.sample(sample)
    folder = out or Path("out") / sample
    _check_folder(folder)
    _leave_running()
    with platform_session() as session:
        files = [(path.name, path) for path in chosen.files]
        solved = _solved(session, chosen.text, chosen.title, files, folder, quiet=as_json)
        _tell(solved, as_json=as_json)
        if not as_json and session.url:
            typer.echo(f"The platform goes on running at {session.url} (stop it with `sevensteps down`).")


def watch(
    problem: Annotated[str, typer.Argument(help="The id of a problem.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document per line and event.")] = False,
) -> None:
    """Follow a problem as it is worked on, from its first event to the end of its run."""
    import json

    from services.cli.session import platform_session, problem_id_of
    from services.cli.work import follow, require_completed
    from services.solving.problems import service as problems
    from services.solving.runs import service as runs
    from shared.db import reading

    problem_id = problem_id_of(problem)
    with platform_session(start=False) as session:
        with reading() as tx:
            problems.get_problem(tx, session.actor, problem_id)
            runs.newest_run(tx, problem_id)
        for row in follow(problem_id):
            typer.echo(json.dumps(asdict(row), default=str) if as_json else _line(row.seq, row.kind, row.body))
        with reading() as tx:
            status = str(runs.newest_run(tx, problem_id).status)
        require_completed(problem_id, status)


def read_problem(text: str) -> tuple[str | None, str]:
    """Return title and text of a problem given as words or as a file. Raises BadInputError.

    A file's first line is its title when it is a Markdown heading.
    """
    path = Path(text)
    if len(text) < 500 and path.suffix.lower() in {".md", ".txt"}:
        if not path.is_file():
            raise BadInputError(f"There is no file {text}.")
        if path.stat().st_size > _MOST_TEXT_BYTES:
            raise BadInputError(f"{text} is too large to be the text of a problem.")
        text = path.read_text(encoding="utf-8", errors="replace")
    first, _, rest = text.strip().partition("\n")
    if first.startswith("# ") and rest.strip():
        return first[2:].strip(), rest.strip()
    return None, text


def check_files(paths: list[Path]) -> list[Path]:
    """Return the files, all of which exist. Raises BadInputError."""
    for path in paths:
        if not path.exists():
            raise BadInputError(f"There is no file {path}.")
        if not path.is_file():
            raise BadInputError(f"{path} is not a file.")
    return paths


def _files_of(source: str, folder: Path) -> list[Path]:
    """Return a file as it is, and of the tables of a server files that hold what they held at one moment."""
    if not is_server(source):
        return [Path(source)]
    from services.analysis.engines.live import snapshot

    return snapshot(source, folder)


def _own_template(path: Path) -> "CustomerTemplate":
    """Return a customer's template, looked at before the work begins. Raises BadInputError and TemplateRefusedError."""
    from services.decks.pptx.customer import customer_template

    (found,) = check_files([path])
    return customer_template(found.read_bytes())


def _redraw(session: "PlatformSession", solved: Solved, template: "CustomerTemplate", name: str, out: Path) -> None:
    """Write the deck in a customer's template in place of the one in ours."""
    from uuid import UUID

    from services.solving.deliverables.restyling import restyle

    made = restyle(session.actor, UUID(solved.problem_id), template, name)
    (out / "deck.pptx").write_bytes(made.data)
    if made.report.errors:
        note(f"In this template {made.report.errors} checks of the deck fail: run `sevensteps lint {out / 'deck.pptx'}`.")


def _check_folder(folder: Path) -> None:
    """Make the folder. Raises BadInputError when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"The folder {folder} cannot be written: {error.strerror}.") from error


def _leave_running() -> None:
    """Start the platform detached unless it runs already or the stores are somebody's own."""
    from infra.embedded.layout import free_port
    from infra.embedded.supervisor import Supervisor, running
    from shared.settings import get_settings

    settings = get_settings()
    if running(settings.home) is not None or settings.database_url is not None:
        return
    note("Starting the platform ...")
    port = str(free_port(settings.api_host, settings.api_port, exact=False))
    external = settings.explicit() | {"SEVENSTEPS_API_PORT": port}
    Supervisor(settings.home, processes=("api", "worker"), external=external, detached=True).start()


def _solved(session: "PlatformSession", text: str, title: str | None, files: list[tuple[str, Path]], out: Path, *, quiet: bool) -> Solved:
    from services.cli.work import require_completed, run_to_end
    from services.solving.problems import service as problems
    from services.solving.problems.intake import Upload, prepare_uploads
    from shared.db import transaction
    from shared.storage import get_object_store

    began = time.monotonic()
    draft = problems.check_draft(problems.ProblemDraft(text, title))
    prepared = prepare_uploads(get_object_store(), session.actor, [Upload(name, path) for name, path in files])
    with transaction() as tx:
        problem_id = problems.create_problem(tx, session.actor, draft, prepared).id
    with progress("Seven steps", quiet=quiet) as advance:
        status = run_to_end(session, problem_id, advance)
    require_completed(problem_id, status)
    return _collected(session, problem_id, out, time.monotonic() - began)


def _collected(session: "PlatformSession", problem_id: "UUID", out: Path, seconds: float) -> Solved:
    from services.cli.artifacts import save_artifacts
    from services.solving import outputs
    from services.solving.deliverables import repository as deliverables
    from services.solving.evidence import repository as ledger
    from services.solving.problems import service as problems
    from services.solving.steps.contract import StepName
    from shared.db import reading, transaction
    from shared.kit.cited import shown

    with reading() as tx:
        displays = ledger.displays(ledger.ledger(tx, problem_id))
        synthesis = shown(outputs.decided(tx, problem_id, StepName.SYNTHESIZE).output, displays)
        findings = len(outputs.decided(tx, problem_id, StepName.ANALYZE).output["findings"])
        title = shown(problems.get_problem(tx, session.actor, problem_id).title or "", displays)
    with transaction() as tx:
        rows = list(reversed(deliverables.list_deliverables(tx, session.actor, problem_id)))
        files = [_saved(deliverables.take(tx, session.actor, row.id), out) for row in rows if row.status == "ready"]
        failed = sorted(f"{row.file_name}: {row.failure_reason}" for row in rows if row.status == "failed")
    artifacts = save_artifacts(session.actor, problem_id, out / "artifacts")
    return Solved(
        problem_id=str(problem_id),
        title=title,
        governing_answer=synthesis["governing_answer"],
        findings=findings,
        recommendations=[one["title"] for one in synthesis["recommendations"]],
        files=[str(path) for path in files],
        failed=failed,
        artifacts=str(artifacts),
        seconds=round(seconds, 1),
        url=f"{session.url}/problems/{problem_id}" if session.url else None,
    )


def _saved(row: Any, out: Path) -> Path:
    from shared.storage import get_object_store

    path = out / Path(row.file_name).name
    with path.open("wb") as target:
        get_object_store().read_into(row.file_path, target)
    return path


def _tell(solved: Solved, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(solved))
        return
    typer.echo(f"{solved.title}\n\n{solved.governing_answer}\n")
    for number, recommendation in enumerate(solved.recommendations, start=1):
        typer.echo(f"  {number}. {recommendation}")
    typer.echo(f"\n{solved.findings} findings in {solved.seconds:g} s. Problem {solved.problem_id}")
    for path in solved.files:
        typer.echo(f"  {path}")
    typer.echo(f"  {solved.artifacts}")
    for reason in solved.failed:
        note(f"Not made: {reason}")
    if solved.url:
        typer.echo(f"Every number opens to its query at {solved.url}/evidence")


def _line(seq: int, kind: str, body: dict[str, Any]) -> str:
    progressed = f" {body['progress']}%" if "progress" in body else ""
    said = " ".join(str(body[name]) for name in ("step", "activity") if body.get(name))
    return f"{seq:>4}  {kind.replace('_', ' ')}{progressed}  {said}".rstrip()
