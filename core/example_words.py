"""What the core says of facts before a view is handed them, in the language that is spoken.

Examples keep their facts in English, made once. On their way to a view they are said as the core would have said them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from core import views as _views
from core.cards import Card
from core.language import LANGUAGES, mark, spoken, t

Anything = TypeVar("Anything")

_SENTENCES: Final = (
    mark("anyone with the code"),
    mark("anyone with an address at {domain}"),
    mark("invitation {label}, from {inviter}"),
    mark("invitation {label}"),
    mark("assigned by {who}"),
    mark("granted by {who}"),
    mark("added by {who}"),
    mark("request {request} approved by {who}"),
    mark("{name} said yes"),
    mark("{name} said no"),
    mark("{names} and {count} others"),
    mark("{count} approvals"),
    mark("{have} of {needs}"),
    mark("{name} asks to join {workspace}"),
    mark("{level} on {resource}"),
    mark("group {name}"),
    mark("card of {id}"),
    mark("this Slack team"),
    mark("this channel"),
    mark("no role"),
    mark("none for others: the {plan} plan is for one person"),
    mark("{platform} has not let Usher do it yet: {why}. Usher tries again, and the admins know."),
    mark("the channel is archived"),
    mark("but not in place yet"),
    mark("and in place"),
    mark("Everybody who runs this workspace has been told."),
)
_HOLES: Final = {
    "level": "view|use|edit|manage",
    "count": r"\d+(?: of \d+)?",
    "have": r"\d+",
    "needs": r"\d+",
}
#: Between several things that are said of one.
_BESIDE: Final = " · "


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    def hole(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{_HOLES.get(found[1], '.+')})"

    return [
        (re.compile(re.sub(r"\\\{(\w+)\\\}", hole, re.escape(sentence)), re.DOTALL), sentence)
        for sentence in _SENTENCES
    ]


def said(value: Anything) -> Anything:
    """The value with everything in it said, whatever it is made of."""
    return value if spoken() == LANGUAGES[0] else cast("Anything", _said(value))


def _said(value: Any) -> Any:
    if type(value) is str:
        return _in_words(value, spoken())
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(_said(each) for each in value)
    if isinstance(value, tuple | list):
        return type(value)(_said(each) for each in value)
    return value


@lru_cache(1_000)
def _in_words(words: str, language: str) -> str:
    del language  # it is spoken already, and remembered with the words
    return _BESIDE.join(_sentence(part) for part in words.split(_BESIDE))


def _sentence(words: str) -> str:
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(words)
        if found is not None:
            return t(sentence, **{hole: _sentence(words) for hole, words in found.groupdict().items()})
    return words


class _Saying:
    """Every view, of what it is handed as it is said."""

    def __getattr__(self, name: str) -> Callable[..., Card]:
        view = getattr(_views, name)

        def shown(*facts: Any, **more: Any) -> Card:
            card: Card = view(*said(facts), **{key: said(each) for key, each in more.items()})
            return card

        return shown


if TYPE_CHECKING:
    views = _views
else:
    views = _Saying()
