"""Cards about what resources are on the platforms themselves."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import said, views
from core.examples import LABEL
from core.examples.resources import FULL, LARGEST
from core.language import t
from core.views.platforms import Outside, Trouble, outside_words, platform_lines

CHANNEL = Outside("slack", "slack-channel", "C0123456789")
ROLE = Outside("discord", "discord-role", "1" * 20)
ARCHIVED = Trouble("Ada", "the channel is archived")
#: As long as a platform's word is kept.
LONGEST = Trouble(LABEL, "*" * 300)


def _not_yet(why: str) -> str:
    return t(
        "{platform} has not let Usher do it yet: {why}. Usher tries again, and the admins know.",
        platform="Slack",
        why=why,
    )


def _examples() -> Iterator[tuple[str, Card]]:
    for outside in (CHANNEL, ROLE):
        yield "platform_barred", views.platform_barred("design", "res-7F3K", outside, (ARCHIVED,))
        yield "platform_barred", views.platform_barred(LABEL, "res-7F3KQ", outside, (LONGEST,) * 40)
        yield "resource_linked", views.resource_linked("design", "res-7F3K", outside, 1)
        yield "resource_linked", views.resource_linked(LABEL, "res-7F3KQ", outside, 1_234)
        place = outside_words(outside)
        troubled = FULL._replace(
            place=place, troubles=platform_lines(outside, said((ARCHIVED, ARCHIVED._replace(name="Bob"))))
        )
        yield "resource_shown", views.resource_shown(troubled)
        most = platform_lines(outside, (LONGEST,) * 40)
        yield (
            "resource_shown",
            views.resource_shown(LARGEST._replace(outside_id="", place=place, troubles=most)),
        )
    taken = ARCHIVED._replace(name="Bob", give=False)
    yield "platform_barred", views.platform_barred("design", "res-7F3K", CHANNEL, (ARCHIVED, taken))
    for done, title in ((False, "but not in place yet"), (True, "and in place")):
        usual, longest = ("", "") if done else (_not_yet(said(ARCHIVED).why), _not_yet(LONGEST.why))
        yield "effect_told", views.effect_told("Ada", "design", "req-2M9C", title, usual, done=done)
        yield "effect_told", views.effect_told(LABEL, LABEL, "req-2M9CQ", title, longest, done=done)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
