"""What happened in the playground's workspaces, for the page's drawer."""

from __future__ import annotations

from collections.abc import Callable

from adapters.web.playground.stage import Record, Recorded
from core.cards import Account, Span, plain
from core.language import speaking
from core.service import Core

#: So many of the latest events are shown of each workspace.
MOST = 200


def records(core: Core, at: int, language: str, name: Callable[[str], str]) -> list[Record]:
    """The record of each workspace. ``name``: what an account is called, by its id."""
    broken = core.verify_audit()
    out = []
    for listed in core.workspaces():
        with speaking(language):
            length, events = core.recorded(listed.workspace_id, at, MOST)
        shown = [Recorded(e.number, e.at, _named(e.who, name), e.words, e.refused) for e in events]
        out.append(Record(listed.name, shown, length, broken.get(listed.workspace_id) is None))
    return out


def _named(who: Span, name: Callable[[str], str]) -> str:
    return name(who.subject) if isinstance(who, Account) else plain((who,))
