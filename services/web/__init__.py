"""The web front end: its sources, how they are built, and where the built files lie."""

from pathlib import Path

BUILT = Path(__file__).parent / "dist"
