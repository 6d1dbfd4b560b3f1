"""A whole problem through the seven steps on real stores: the answer is the planted one, and every number can be held to account."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pptx import Presentation

from services.cli.artifacts import save_artifacts
from services.cli.outcome import Exit
from services.cli.session import PlatformSession
from services.cli.work import run_to_end
from services.identity.local import ensure_local_user
from services.solving.deliverables import repository as deliverables
from services.solving.evidence.verify import verify_problem
from services.solving.runs import service as runs
from services.solving.steps.contract import StepName
from shared.db import reading, transaction
from shared.settings import Settings
from tests.analysis.notebooks.running import run
from tests.flows.conftest import Command, solve_arguments

FILES = {
    "deck.pptx", "deck.pdf", "summary.md", "summary.pdf", "summary.docx", "summary-long.md", "summary-long.pdf", "summary-long.docx",
    "data-pack.zip", "audio.txt", "video.txt",
}  # fmt: skip
CAPTIONS, MEDIA = {"audio.vtt", "video.vtt"}, {"audio.mp3", "video.mp4"}
VOICED = "market"  # the problem that is solved with a voice
# what must be named in the answer or in the advice, by the truth that was planted
TOLD: dict[str, list[tuple[str, ...]]] = {
    "saas": [("Paid social", "Small"), ("Referral",)],
    "retail": [("Electronics", "South"), ("S07", "S16", "S24", "S33")],
    "market": [("Estoria",)],
}


@pytest.fixture(scope="module")
def solved(
    sevensteps: Command, sevensteps_process: Command, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[dict[str, Any], Path]]:
    """Solve every bundled problem from the command line, one of them in a process of its own."""
    found = {}
    for name in TOLD:
        folder = tmp_path_factory.mktemp(name)
        command = sevensteps_process if name == VOICED else sevensteps
        said = command(*solve_arguments(name), "--out", str(folder), "--json")
        assert said.code == Exit.OK, said.out + said.err
        assert said.err == ""
        found[name] = (json.loads(said.out), folder)
    return found


@pytest.mark.parametrize("name", list(TOLD))
def test_the_planted_truth_is_told(solved: dict[str, tuple[dict[str, Any], Path]], name: str) -> None:
    told = solved[name][0]
    sentences = [told["governing_answer"], *told["recommendations"]]
    for names in TOLD[name]:
        assert any(all(word in sentence for word in names) for sentence in sentences), (names, sentences)


@pytest.mark.parametrize("name", list(TOLD))
def test_the_files_are_on_disk_and_hold_no_token(solved: dict[str, tuple[dict[str, Any], Path]], name: str) -> None:
    told, folder = solved[name]
    assert {Path(path).name for path in told["files"]} == (FILES | CAPTIONS | MEDIA if name == VOICED else FILES)
    assert [reason.partition(": ")[0] for reason in told["failed"]] == ([] if name == VOICED else sorted(MEDIA))
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    assert re.findall(r"\[\[|\]\]", summary + told["governing_answer"] + " ".join(told["recommendations"])) == []
    deck = Presentation(str(folder / "deck.pptx"))
    assert len(deck.slides) >= 8
    assert [
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame and "[[" in shape.text_frame.text
    ] == []


@pytest.mark.parametrize("name", list(TOLD))
def test_every_number_comes_out_again(sevensteps: Command, solved: dict[str, tuple[dict[str, Any], Path]], name: str) -> None:
    said = sevensteps("verify", solved[name][0]["problem_id"], "--json")
    report = json.loads(said.out)
    assert report["differing"] == []
    checked = FILES | CAPTIONS if name == VOICED else FILES
    assert {file["file_name"]: file["differences"] for file in report["files"]} == {file_name: [] for file_name in checked}
    assert said.code == Exit.OK


def test_the_analyses_files_are_on_disk_and_the_notebooks_run(solved: dict[str, tuple[dict[str, Any], Path]]) -> None:
    folder = Path(solved["market"][0]["artifacts"])
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {one["path"]: one["sha256"] for one in listed} == {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    done = run(*(folder / one["path"] for one in listed if one["type"] == "notebook"))
    assert done.returncode == 0, done.stderr[-600:]


def test_a_deck_is_verified_wherever_it_has_been_and_a_changed_number_is_found(
    sevensteps: Command, solved: dict[str, tuple[dict[str, Any], Path]], tmp_path: Path
) -> None:
    deck = tmp_path / "sent by mail.pptx"
    deck.write_bytes((solved["market"][1] / "deck.pptx").read_bytes())
    assert sevensteps("verify", str(deck)).code == Exit.OK
    before, after = change_one_number(deck)
    said = sevensteps("verify", str(deck))
    assert said.code == Exit.FAILED
    assert "NOT every number holds" in said.out
    assert after in said.out, (before, after, said.out)


def test_a_deck_of_nobody_is_bad_input(sevensteps: Command, tmp_path: Path) -> None:
    foreign, broken = tmp_path / "foreign.pptx", tmp_path / "broken.pptx"
    Presentation().save(str(foreign))
    broken.write_bytes(b"PK\x03\x04 not a deck")
    for path in (foreign, broken):
        assert sevensteps("verify", str(path)).code == Exit.BAD_INPUT


def test_the_same_problem_again_gives_the_same_bytes(
    solved: dict[str, tuple[dict[str, Any], Path]], platform: Settings, tmp_path: Path
) -> None:
    told, folder = solved["saas"]
    problem_id = UUID(told["problem_id"])
    with transaction() as session:
        actor = ensure_local_user(session)
        runs.rerun(session, actor, problem_id, from_step=StepName.FRAME)
    session_here = PlatformSession(platform, actor, has_worker=False, url=None)
    assert run_to_end(session_here, problem_id, lambda _percent, _activity: None, start=False) == "completed"
    with reading() as session:
        again = {row.file_name: row.sha256 for row in deliverables.list_deliverables(session, actor, problem_id) if row.status == "ready"}
    assert again == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}
    kept = save_artifacts(actor, problem_id, tmp_path)
    assert (kept / "manifest.json").read_bytes() == (folder / "artifacts" / "manifest.json").read_bytes()
    assert verify_problem(actor, problem_id).holds


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n" + b"x" * 500, b"a,b\n"], ids=["empty", "a PDF", "a header"])
def test_a_file_without_a_table_is_exit_2_and_named(sevensteps: Command, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(content)
    said = sevensteps("solve", "Costs rose. Bring them down 10%.", "--data", str(file), "--out", str(tmp_path))
    assert said.code == Exit.BAD_INPUT
    assert "data.csv" in said.err
    assert "Traceback" not in said.err


def change_one_number(path: Path) -> tuple[str, str]:
    """Change a digit of the first number in the deck's text and return the run's text before and after."""
    deck = Presentation(str(path))
    for slide in list(deck.slides)[1:]:
        for shape in slide.shapes:
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else []:
                for piece in paragraph.runs:
                    if match := re.search(r"(?<!\w)\d[\d,.]*", piece.text):
                        before, digit = piece.text, match.group(0)[0]
                        number = match.group(0)
                        changed = str((int(digit) + 1) % 10 or 1) + number[1:]
                        piece.text = before.replace(number, changed, 1)
                        deck.save(str(path))
                        return number, changed
    pytest.fail("the deck holds no number")
