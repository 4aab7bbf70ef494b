"""The page's own files, and no others."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def find(name: str) -> Path | None:
    """The file that is called so, however its name is written, if it belongs to the page."""
    try:
        file = (FOLDER / name).resolve()
        ours = file.is_relative_to(FOLDER) and file.suffix in TYPES and file.is_file()
    except (ValueError, OSError):
        return None
    return file if ours else None
