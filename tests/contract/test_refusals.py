"""Every refusal: it can be met, it says what to do in its own sentence, it is recorded if it was an attempt."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from core.errors import RefusalCode
from tests.contract.conftest import DOORS, dealt
from tests.contract.refusals import WAYS, begun
from tests.drivers.worlds import Door

_HOLE = re.compile(r"\{[^}]*\}")
#: What a refused call may leave behind: its record, the count of wrong codes, cards to look at again.
KEPT = [
    "members",
    "invitations",
    "requests",
    "places",
    "roles",
    "member_roles",
    "identities",
    "workspaces",
    "link_codes",
]
#: Whose people a door has, where it is no platform itself.
PLAYS = {"playground": "slack"}


def _together() -> list[tuple[RefusalCode, ...]]:
    """Those that need the same beginning and leave it as it was share it; each of the others has a world of its own."""
    shared: dict[object, list[RefusalCode]] = {}
    for code, way in WAYS.items():
        shared.setdefault(code if way.scheme is None else (way.scheme, way.platforms), []).append(code)
    return [tuple(codes) for codes in shared.values()]


def _met() -> list[Any]:
    met = []
    for codes in _together():
        platforms = WAYS[codes[0]].platforms
        name = codes[0].name if len(codes) == 1 else f"{codes[0].name}-and-{len(codes) - 1}-more"
        for where in dealt(name, [door for door in DOORS if PLAYS.get(door, door) in platforms]):
            met.append(pytest.param(codes, where, id=f"{name}-{where}"))
    return met


def pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(part) for part in _HOLE.split(template)), re.DOTALL)


def test_every_refusal_has_a_way_to_it() -> None:
    assert set(WAYS) == set(RefusalCode)


@pytest.mark.parametrize(("codes", "door"), _met(), indirect=["door"])
async def test_a_refusal_says_why_and_what_to_do_and_is_recorded_if_it_was_an_attempt(
    door: Door, codes: tuple[RefusalCode, ...]
) -> None:
    if scheme := WAYS[codes[0]].scheme:
        await begun(door, scheme)
    before: dict[str, Any] = {}

    def watched(verb):
        async def call(*args, **kwargs):
            before.update(rows=door.world.counts(KEPT), refused=len(door.audit("refused")))
            return await verb(*args, **kwargs)

        return call

    for verb in ("run", "click", "press", "fill"):
        setattr(door, verb, watched(getattr(door, verb)))
    for code in codes:
        seen = await WAYS[code].scene(door)

        sentence = code.sentence
        assert seen.private, code
        assert pattern(sentence.title).fullmatch(seen.title), seen.text
        assert pattern(sentence.body).search(seen.text), seen.text
        assert door.world.counts(KEPT) == before["rows"], f"{code}: a refusal changed something"
        recorded = door.audit("refused")[before["refused"] :]
        assert [json.loads(event.facts)["code"] for event in recorded] == [code.name] * sentence.attempt
    assert door.pings() == []
