"""Write the data files of the bundled problems: `python -m services.solving.samples.generate [FOLDER]`."""

import sys
from collections.abc import Callable
from pathlib import Path

from services.solving.samples import market_data, retail_data, saas_data

GENERATORS: dict[str, Callable[[], dict[str, str]]] = {
    "saas": saas_data.files,
    "retail": retail_data.files,
    "market": market_data.files,
}


def write(folder: Path) -> list[Path]:
    """Write every data file under `folder/<sample>/` and return the paths; the same bytes on every run."""
    written = []
    for sample, files in GENERATORS.items():
        (folder / sample).mkdir(parents=True, exist_ok=True)
        for name, text in files().items():
            path = folder / sample / name
            path.write_bytes(text.encode())
            written.append(path)
    return written


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        sys.stdout.write(f"{path}\n")
