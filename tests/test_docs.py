"""The docs say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.generate_docs import DOCS, PAGES

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"')
_CODE = re.compile(r"^ *```.*?^ *```$|(?<!`)`[^`\n]+`(?!`)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


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


def _anchors(page: str) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(re.sub(r"^ *```.*?^ *```$", "", page, flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]


@pytest.mark.parametrize("path", _pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_the_docs_leads_somewhere(path: Path) -> None:
    for found in _LINK.findall(_CODE.sub("", path.read_text())):
        link = found[0] or found[1]
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path.name}: {link}"
        if anchor:
            assert anchor in _anchors(target.read_text()), f"{path.name}: {link}"


def test_every_page_and_every_picture_is_reached_from_the_readme_or_the_index() -> None:
    index = (ROOT / "README.md").read_text() + (DOCS / "README.md").read_text()
    for path in DOCS.glob("*.md"):
        assert f"{path.name})" in index, path.name
