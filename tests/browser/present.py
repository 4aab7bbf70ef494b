"""Whether there is a browser to test with, and what is said where there is none."""

from __future__ import annotations

import os
import shutil
from functools import cache

import pytest

#: Names one; where it is ``required``, its absence is a failure and no reason to leave anything out.
CHROMIUM, REQUIRED = "CHROMIUM", "USHER_BROWSER"
_USUAL = ("chromium", "chromium-browser", "google-chrome-stable")


@cache
def browser() -> str:
    """The browser's own file; empty where there is none."""
    named = os.environ.get(CHROMIUM, "")
    found = (shutil.which(name) for name in ((named,) if named else _USUAL))
    return next((path for path in found if path), "")


def is_required() -> bool:
    return os.environ.get(REQUIRED) == "required"


def left_out(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests to run, and those that have no browser to run in."""
    if browser() or is_required():
        return items, []
    need = [item for item in items if "tests/browser/test_" in item.nodeid]
    return [item for item in items if item not in need], need


def sentence() -> str:
    """What the summary says; empty where nothing was left out."""
    if browser() or is_required():
        return ""
    return (
        "LEFT OUT: the tests of the playground in a browser (tests/browser), since no Chromium was found. "
        "Install it (apt-get install chromium), or name one: CHROMIUM=/path/to/chromium"
    )
