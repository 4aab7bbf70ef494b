"""A Home as a view: App Home, the page that each person has with the bot."""

from __future__ import annotations

from adapters.slack import limits
from adapters.slack.controls import Controls
from adapters.slack.fields import weight
from adapters.slack.pieces import Json, plain, rich, section, words
from adapters.slack.render import context, facts, header, listed, paragraphs
from core.cards import Card, Home, Section
from core.language import t

#: What is never cut off: that something was.
_TAIL = 1
#: So many characters one card's list may take: of settings there are many.
_LIST = 9_000


def home_view(home: Home, command: str = "/usher") -> Json:
    """A Home that Slack accepts, however much there is. What does not fit is what stands last, whole cards of it."""
    controls = Controls(own=False)
    blocks: list[Json] = []
    cut = False
    for number, each in enumerate(home.sections):
        for part in _parts(each, command, controls, first=number == 0):
            cut = cut or not _fits([*blocks, *part])
            if not cut:
                blocks += part
    if cut:
        blocks += rich([section([words(t("There is more than fits here: ask for it with a command."))])])
    return {"type": "home", "blocks": blocks or paragraphs((("Usher",),), command)}


def _fits(blocks: list[Json]) -> bool:
    return (
        len(blocks) + _TAIL <= limits.VIEW_BLOCKS and weight(blocks) < limits.VIEW_BYTES - limits.ALL_BLOCKS
    )


def _parts(each: Section, command: str, controls: Controls, *, first: bool) -> list[list[Json]]:
    """A section in parts that stand or fall together: its heading goes with its first card."""
    heading: list[Json] = [] if first else [{"type": "divider"}]
    heading.append(header(each.title))
    cards = [_card(card, command, controls) for card in each.cards]
    cards[:1] = [heading + (cards[0] if cards else [])]
    more = paragraphs((each.more,), command) if each.more else []
    return [*cards, more] if more else cards


def _card(card: Card, command: str, controls: Controls) -> list[Json]:
    """A card without the weight of a heading: several of them stand below each other."""
    top = rich([section([words(card.title.strip()[: limits.HEADER] or "Usher", bold=True)])])
    return [
        *top,
        *paragraphs(card.body, command),
        *facts(card, command),
        *listed(card.lines, command, _LIST),
        *controls.menus(card.menus, limits.ROOM),
        *controls.buttons(card.buttons),
        *context(card.footer, command),
    ]


def unfurled(card: Card, command: str) -> list[Json]:
    """What stands under a link that somebody posted."""
    title = {"type": "section", "text": plain(card.title)}
    return [title, *paragraphs(card.body, command), *facts(card, command), *context(card.footer, command)]
