"""The docs say what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generate_docs import DOCS, PAGES

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_would_write(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run make docs"


def test_the_readme_names_both_commands_and_its_story_is_the_file() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme
    assert (DOCS / "story.txt").read_text() in readme


def test_every_decision_has_the_four_headings_and_stands_in_the_index() -> None:
    folder = DOCS / "decisions"
    index = (folder / "README.md").read_text()
    for record in folder.glob("0*.md"):
        written = record.read_text()
        assert record.name in index
        for heading in ("**Context.**", "**Decision.**", "**Consequences.**", "**Checks.**"):
            assert heading in written, f"{record.name} lacks {heading}"


def test_no_lock_file_names_a_host() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        assert "://" not in lock.read_text()
