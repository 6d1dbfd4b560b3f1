"""Docs that lie fail: paths they name exist, commands they show are real, settings they list are settings."""

import re

from tests.architecture.source_files import ROOT, text_of, tracked

TOPS = ("services/", "shared/", "graph/", "migrations/", "infra/", "tests/", "docs/")
_TICKED = re.compile(r"`([^`\n]+)`")
_TARGET = re.compile(r"\bmake ([a-z][a-z0-9-]*)")


def pages() -> list[tuple[str, str]]:
    """Return every Markdown page with its text."""
    return [(str(path), text_of(path)) for path in tracked() if path.suffix == ".md"]


def test_paths_named_in_the_docs_exist() -> None:
    missing = []
    for page, text in pages():
        for ticked in _TICKED.findall(text):
            path = ticked.split(":")[0].strip()
            if path.startswith(TOPS) and re.fullmatch(r"[\w./-]+", path) and "NNN" not in path and not (ROOT / path.rstrip("/")).exists():
                missing.append(f"{page}: {path}")
    assert missing == []


def test_make_targets_named_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page, name)
        for page, text in pages()
        for block in re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL)
        for name in _TARGET.findall(block)
    }
    assert {(page, name) for page, name in named if name not in targets} == set()


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page, text in pages():
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" in link or link.startswith("mailto:"):
                continue
            if not (ROOT / page).parent.joinpath(link).resolve().exists():
                broken.append(f"{page}: {link}")
    assert broken == []


def test_the_readme_shows_both_commands_on_its_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:30])
    assert "make demo" in first
    assert "make test" in first
