"""Cards: what Usher says, as plain values. Each platform has one renderer that turns a card into its own form.

Text that comes from people stands in a card as plain ``str`` and is never markup: renderers escape it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import ModuleType
from typing import NamedTuple

from typing_extensions import TypeIs
from wcwidth import wcswidth

from core.calls import Value


class Tone(StrEnum):
    """Repeats in colour what the title says in words."""

    PLAIN = "plain"
    GOOD = "good"
    WAITING = "waiting"
    REFUSED = "refused"
    BROKEN = "broken"


class When(NamedTuple):
    """A moment, shown by the platform in the reader's own zone. ``style``: ``date``, ``time`` (date and time) or ``relative``."""

    at: int
    style: str = "time"


class Code(NamedTuple):
    """Something to copy or type: set in a fixed-width face."""

    text: str


class Link(NamedTuple):
    """An address of Usher's own (never one that a person typed)."""

    url: str


class Say(NamedTuple):
    """A command to type, without the platform's own beginning: ``invite list``, with ``options`` behind it."""

    command: str
    options: str = ""


class Term(NamedTuple):
    """The name of a command, an option or a choice, as the reader's platform calls it; ``kind``: see ``core.terms``.

    ``code``: set like something to type.
    """

    kind: str
    name: str
    code: bool = False


class Account(NamedTuple):
    """A person of whom only the account is known; its platform shows the name. For private answers: it names, never calls."""

    platform: str
    subject: str


class Room(NamedTuple):
    """A channel; its platform shows the name."""

    platform: str
    channel: str


Span = str | When | Code | Link | Say | Term | Account | Room
Text = tuple[Span, ...]


def is_span(value: Span | Text) -> TypeIs[Span]:
    return isinstance(value, str | When | Code | Link | Say | Term | Account | Room)


class Field(NamedTuple):
    """One fact: a label and its value."""

    label: str
    value: Text


class Line(NamedTuple):
    """One entry of a list; ``dead`` ones are shown as over and done with."""

    text: Text
    dead: bool = False


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Button(NamedTuple):
    """``action`` names a declared action; ``subject`` is an id, never state or authority."""

    label: str
    action: str
    subject: str
    style: Style = Style.PLAIN


class Choice(NamedTuple):
    """One entry of a menu; ``value`` is an id."""

    value: str
    label: str


class Menu(NamedTuple):
    """A drop-down; choosing presses ``action`` on ``subject``, with the chosen value in the call's option ``choice``.

    ``terms``: the kind of name that its choices are, where they are names as in ``Term``.
    """

    label: str
    action: str
    subject: str
    choices: tuple[Choice, ...]
    terms: str = ""


class Table(NamedTuple):
    """Rows under columns; the first cell of each row names it.

    ``words``: the same, line by line, for who cannot see the table or where columns would break.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


class Chart(NamedTuple):
    """Numbers as bars of different length, each with its label. A picture where a platform shows some."""

    title: str
    bars: tuple[tuple[str, int], ...]

    @property
    def words(self) -> str:
        """The same for who does not see it."""
        return (
            f"{self.title}: {', '.join(f'{label} {_language().number(value)}' for label, value in self.bars)}"
        )


class File(NamedTuple):
    """A file for the reader alone, in UTF-8. ``description`` says what is in it."""

    name: str
    content: str
    description: str


class Control(StrEnum):
    """How a field of a form is filled in. What is handed over for it stands behind."""

    LINE = "line"  # str: one line
    LINES = "lines"  # str: several
    CHOICE = "choice"  # str: the value of one of ``choices``
    CHOICES = "choices"  # tuple[str, ...]: of some of them
    SEARCH = "search"  # str: the value of what was found with ``Core.complete_form``
    SEARCHES = "searches"  # tuple[str, ...]
    PERSON = "person"  # Identity: somebody with an account in this place; where none can be picked, a name as ``SEARCH``
    PEOPLE = "people"  # tuple[Identity | str, ...]: such people, or addresses
    CHANNEL = "channel"  # Channel: a channel of this place
    DATE = "date"  # str: ``2026-12-24``, or a length of time


class Entry(NamedTuple):
    """One field of a form; ``name`` is the option that it fills.

    ``value``: what was typed or picked so far, as it would be handed over. ``error``: what is wrong with that. ``choices``
    of what is searched are the words for what was found so far.
    ``limit``: characters that it may have.
    """

    name: str
    label: str
    control: Control
    help: str = ""
    example: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    value: Value = ""
    error: str = ""
    limit: int = 3_000


class Form(NamedTuple):
    """What is still to be filled in. Sent as a call with ``form`` and the options that were filled.

    ``key`` names what it was opened for, is known to its person alone and works once. ``submit``: the word on its button.
    Entries stand in the order of their weight: where a platform has room for fewer, the first ones are shown.
    """

    key: str
    title: str
    submit: str
    entries: tuple[Entry, ...]
    body: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Title, paragraphs, facts, a chart, a table, list lines, files, menus, buttons and one quiet line, shown in this order.

    ``form``: where forms can be opened it opens in place of the card, which says what to type instead. ``heading``: the
    title once more, where something in it is called otherwise on some platform.
    """

    title: str
    tone: Tone = Tone.PLAIN
    body: tuple[Text, ...] = ()
    fields: tuple[Field, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    lines: tuple[Line, ...] = ()
    files: tuple[File, ...] = ()
    menus: tuple[Menu, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: Text = ()
    form: Form | None = None
    heading: Text = ()

    def without_buttons(self) -> Card:
        return replace(self, menus=(), buttons=())


class Section(NamedTuple):
    """Cards that belong together, under a heading; ``more``: what is left out of them."""

    title: str
    cards: tuple[Card, ...]
    more: Text = ()


class Home(NamedTuple):
    """What a person sees of Usher without having asked for anything: what is theirs, and what waits for them."""

    sections: tuple[Section, ...]


def text(*spans: Span) -> Text:
    """Spans as a text, without the empty ones."""
    return tuple(span for span in spans if span != "")


def joined(parts: tuple[Text, ...] | list[Text], separator: str = ", ") -> Text:
    """Several texts as one, with ``separator`` between them."""
    out: list[Span] = []
    for part in parts:
        if out:
            out.append(separator)
        out.extend(part)
    return tuple(out)


def moment(when: When) -> str:
    """A moment in UTC for places that cannot show the reader's zone."""
    at = datetime.fromtimestamp(when.at, tz=UTC)
    day = _language().date(at)
    return day if when.style == "date" else f"{day} {at:%H:%M} UTC"


def _language() -> ModuleType:
    """Cards are made of sentences, and sentences of the parts of cards: this is the one place where they meet."""
    from core import language

    return language


def plain(value: Text) -> str:
    """A text as one string without any markup; a command among other words stands in back-ticks."""
    alone = sum(not isinstance(span, str) or span.strip() != "" for span in value) == 1
    return "".join(
        f"`{_plain_span(span)}`" if isinstance(span, Say) and not alone else _plain_span(span)
        for span in value
    )


def _plain_span(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, When):
        return moment(span)
    if isinstance(span, Say):
        return f"{span.command} {span.options}".strip()
    if isinstance(span, Account | Room):
        return elsewhere(span)
    return span.name if isinstance(span, Term) else span[0]


def elsewhere(span: Account | Room) -> str:
    """An account or channel where its own platform cannot show it."""
    known = span.subject if isinstance(span, Account) else f"#{span.channel}"
    if span.platform not in {"slack", "discord"}:
        return known
    language, platform = _language(), span.platform.title()
    if isinstance(span, Account):
        return str(language.t("a {platform} account", platform=platform))
    return str(language.t("a {platform} channel", platform=platform))


def columns(table: Table) -> list[str]:
    """A table as lines for a fixed-width face: the columns as wide as their widest cell."""
    rows = [table.columns, *table.rows]
    widths = [max(map(wcswidth, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(_padded, row, widths)).rstrip() for row in rows]


#: So many blocks make the longest bar: with a label before it, what a phone shows in one line.
_BAR = 12


def bars(chart: Chart) -> list[str]:
    """A chart as lines for a fixed-width face. Whatever is not nothing has a bar."""
    widest = max((wcswidth(label) for label, _ in chart.bars), default=0)
    most = max((value for _, value in chart.bars), default=0)
    rows = []
    for label, value in chart.bars:
        long = max(1, round(_BAR * value / most)) if value > 0 else 0
        rows.append(f"{_padded(label, widest)}  {'▇' * long}{' ' if long else ''}{_language().number(value)}")
    return rows


def plain_home(home: Home) -> str:
    """A Home for a terminal."""
    rows: list[str] = []
    for section in home.sections:
        rows += ["", section.title, *(plain_text(card) for card in section.cards)]
        rows += [plain(section.more)] if section.more else []
    return "\n".join(rows).strip()


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - wcswidth(cell))


def plain_text(card: Card) -> str:
    """The whole card for a terminal, a notification line or a log; buttons as ``[ Label ]``."""
    rows = [card.title, *(plain(paragraph) for paragraph in card.body)]
    rows += [f"  {field.label}: {plain(field.value)}" for field in card.fields]
    if card.chart is not None:
        rows += ["  " + row for row in bars(card.chart)]
    if card.table is not None:
        rows += columns(card.table)
    rows += [f"  {'x' if line.dead else '-'} {plain(line.text)}" for line in card.lines]
    for file in card.files:
        rows += [f"  {file.name}: {file.description}", *(f"    {row}" for row in file.content.splitlines())]
    rows += [f"  [ {menu.label}: {' | '.join(c.label for c in menu.choices)} ]" for menu in card.menus]
    if card.buttons:
        rows.append("  " + " ".join(f"[ {button.label} ]" for button in card.buttons))
    if card.footer:
        rows.append(f"  {plain(card.footer)}")
    return "\n".join(rows)
