"""The ready-made role schemes: one file each beside this one, arranged like its table in the docs."""

from __future__ import annotations

import functools
from importlib import resources

from core.permissions import Scheme
from core.schemes.reading import SchemeError, load

__all__ = ["SchemeError", "load", "schemes"]


@functools.cache
def schemes() -> dict[str, Scheme]:
    """The schemes that come with Usher, by name."""
    files = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")]
    found = [load(file.name, file.read_text()) for file in sorted(files, key=lambda file: file.name)]
    return {scheme.name: scheme for scheme in found}
