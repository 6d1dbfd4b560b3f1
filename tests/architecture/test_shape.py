"""The house numbers: files and functions stay small, names say what is inside, nothing is left unfinished."""

import ast
import re
import statistics

from tests.architecture.source_files import PACKAGES, ROOT, parsed, python_files, text_of, tracked

MAX_FILE, MAX_FUNCTION, MAX_CLASS, MAX_LITERAL = 400, 50, 250, 1000
ATTIC = re.compile(r"^(utils?|helpers?|common|managers?|base|misc|.*_v\d+)$")
UNFINISHED = re.compile(r"NotImplementedError|\bTODO\b|\bFIXME\b|\bXXX\b|(?i:not implemented yet|coming soon|lorem ipsum)")
# Written so that this file does not match itself.
FOREIGN = re.compile(
    r"pypi\.[o]rg|python[h]osted|registry\.npm[j]s|deb\.deb[i]an\.org|repo1?\.mav[e]n|repo\.mav[e]n|/w[o]rk/|/r[o]ot/|/tmp/br[i]ef",
    re.IGNORECASE,
)


def functions() -> list[tuple[str, int]]:
    return [
        (f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_stay_readable() -> None:
    long = {str(path): lines for path in python_files(*PACKAGES, "tests") if (lines := text_of(path).count("\n")) > MAX_FILE}
    assert long == {}


def test_functions_stay_small() -> None:
    sizes = functions()
    assert {name: size for name, size in sizes if size > MAX_FUNCTION} == {}
    assert statistics.median(size for _, size in sizes) <= 12


def test_classes_stay_small() -> None:
    long = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno > MAX_CLASS
    }
    assert long == {}


def test_no_attics() -> None:
    attics = [str(path) for path in python_files(*PACKAGES) if any(ATTIC.match(part) for part in path.with_suffix("").parts)]
    assert attics == []


def test_long_texts_are_data_not_literals() -> None:
    long = [
        f"{path}:{node.lineno}"
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > MAX_LITERAL
    ]
    assert long == []


def test_nothing_unfinished_and_no_place_of_ours_is_named() -> None:
    said = []
    for path in tracked():
        if path.suffix in {".png", ".ttf", ".pptx", ".parquet", ".xlsx"}:
            continue
        text = text_of(path)
        said += [f"{path}: {m.group(0)}" for m in FOREIGN.finditer(text)]
        if path.suffix in {".py", ".ts", ".tsx"} and path.parts[0] != "tests":
            said += [f"{path}: {m.group(0)}" for m in UNFINISHED.finditer(text)]
    assert said == []


def test_every_test_can_fail() -> None:
    empty = []
    for path in python_files("tests"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and path.name.startswith("test_"):
                body = ast.dump(node)
                if not any(word in body for word in ("Assert(", "raises", "assert_", "check_", "expect_", "'expect'")):
                    empty.append(f"{path}:{node.name}")
    assert empty == []


def test_the_lock_is_hashed_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "index-url" not in lock
    assert "://" not in lock
