"""Reads back what a Discord message says, as a person sees it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator

from core.cards import When, moment
from tests.drivers.base import PUBLIC_URL, Button, FieldSeen, FormSeen, Seen
from tests.fakes.discord.components import TEXT_DISPLAY
from tests.fakes.discord.forms import Field, Modal
from tests.fakes.discord.render import Select, selects, walk
from tests.fakes.discord.state import COMPONENTS_V2, File, Message, User

#: What the adapter sets before what is wrong with a field.
WRONG = "⚠ "
#: What the adapter calls the pictures that it encloses.
PICTURE, CHART = "table.png", "chart.png"

_READ = re.compile(r"\\([^a-zA-Z0-9\s])|(`+) ?(.+?) ?\2|<t:(\d+):(\w)>|~~", re.DOTALL)
_WHEN = {"D": "date", "f": "time", "R": "relative"}
_OWN = re.compile(
    r"\\[^a-zA-Z0-9\s]|(`+).+?\1|<t:\d+:\w>|^• ~~|~~$|" + re.escape(PUBLIC_URL), re.MULTILINE | re.DOTALL
)
#: The marks of a title and of the quiet line, which Usher sets itself; and a fact: its label, and what it says in the line below.
_HEADING = re.compile(r"^### |^-# ", re.MULTILINE)
_FACT = re.compile(r"^\*\*(.+)\*\*\n", re.MULTILINE)
_PERSON, _CHANNEL = re.compile(r"<@\d+>"), re.compile(r"<#\d+>")
_MARKUP = re.compile(
    r"https?://|<|@everyone|@here|\*|(?<![^\W_])_|_(?![^\W_])|~~|\|\||`|\[[^]]*\]\(|:[\w+-]+:"
    r"|^\s*(?:#{1,3}|>|-#|-|\d+\.) ",
    re.MULTILINE,
)


def seen(message: Message, reader: User | None = None) -> Seen:
    rows, title = [], ""
    for embed in message.embeds:
        title = title or _readable(embed.get("title", ""))
        rows += [_readable(embed.get(key, "")) for key in ("title", "description")]
        rows += [f"{_readable(part['name'])}: {_readable(part['value'])}" for part in embed.get("fields", [])]
        rows.append((embed.get("footer") or {}).get("text", ""))
    if message.flags & COMPONENTS_V2:
        words = [part["content"] for part in walk(message.components) if part["type"] == TEXT_DISPLAY]
        rows = [_readable(_FACT.sub(r"\1: ", _HEADING.sub("", each))) for each in words]
        title = rows[0]
    buttons = tuple(button(each.label, each.custom_id or "") for each in message.buttons)
    alone = reader is not None and (
        message.visible_to == reader.id
        or (message.channel.recipient is reader and not message.channel.guild_id)
    )
    raw = json.dumps([message.embeds, message.components], ensure_ascii=False)
    words = tuple(row for file in message.files if file.filename == PICTURE for row in _described(file))
    chart = " ".join(file.description or "" for file in message.files if file.filename == CHART)
    return Seen(
        title,
        "\n".join(row for row in (*rows, *words, chart) if row),
        buttons,
        alone,
        table_words=words,
        files=tuple(_opened(file) for file in message.files if not is_picture(file)),
        menus={menu.placeholder: [label for label, _ in menu.options] for menu in message.selects},
        chart=chart,
        under=_under(message),
        held=message,
        raw=raw,
    )


def form(modal: Modal, named: Callable[[int], str]) -> Seen:
    """A form that stands open. ``named``: how the client shows a person or a channel by their id."""
    fields = {option_of(field): _field(field, named) for field in modal.fields}
    words = "\n".join(_readable(part["content"]) for part in modal.components if part["type"] == TEXT_DISPLAY)
    shown = FormSeen(modal.title, "Submit", fields, words)
    rows = [modal.title, words]
    for field in modal.fields:
        seen = fields[option_of(field)]
        rows += [f"{seen.label}: {seen.value}", *seen.choices]
        rows += [field.about, field.body.get("placeholder") or ""]
    text = "\n".join(row for row in rows if row)
    return Seen(modal.title, text, (), private=True, form=shown, held=modal)


def option_of(field: Field) -> str:
    """The option that a field fills."""
    return field.custom_id.removesuffix("*")


def _field(field: Field, named: Callable[[int], str]) -> FieldSeen:
    options = field.body.get("options") or []
    picked = [option["label"] for option in options if option.get("default")]
    picked += [named(int(known["id"])) for known in field.body.get("default_values") or []]
    error = field.about.removeprefix(WRONG) if field.about.startswith(WRONG) else ""
    labels = tuple(option["label"] for option in options)
    return FieldSeen(field.label, field.value or ", ".join(picked), error, field.required, labels)


def _under(message: Message) -> str:
    """The title of the message to which it is a reply."""
    above = message.channel.messages.get(int((message.reference or {}).get("message_id") or 0))
    return _readable(above.embeds[0].get("title", "")) if above is not None and above.embeds else ""


def is_picture(file: File) -> bool:
    return file.filename.endswith(".png")


def _described(file: File) -> list[str]:
    return (file.description or "").splitlines()


def _opened(file: File) -> tuple[str, str]:
    """A file's name and text; of a packed one, what is in it."""
    if not file.filename.endswith(".zip"):
        return file.filename, file.content.decode()
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        (name,) = packed.namelist()
        return name, packed.read(name).decode()


def picked(seen: Seen, menu_label: str, choice_label: str) -> tuple[Select, str]:
    """The drop-down as it was seen and the value of its choice, by what stands on them."""
    found = [
        (menu, value)
        for menu in selects(json.loads(seen.raw)[1])
        for label, value in menu.options
        if (menu.placeholder, label) == (menu_label, choice_label)
    ]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} choices {choice_label!r} in {menu_label!r}: {seen.menus}")
    return found[0]


def button(label: str, custom_id: str) -> Button:
    _, action, subject = custom_id.split(":", 2)
    return Button(label, action, subject)


def _readable(shown: str) -> str:
    """Discord's markup as it looks."""

    def read(found: re.Match[str]) -> str:
        if found[4]:
            return moment(When(int(found[4]), _WHEN[found[5]]))
        return found[1] or found[3] or ""

    return _READ.sub(read, shown)


def pings(message: Message) -> Iterator[str]:
    """What Discord would make more of than words."""
    if message.mention_everyone or message.mentions or message.mention_roles:
        yield f"mentions: {message.text}"
    shown = [message.content]
    for embed in message.embeds:
        shown += [embed.get("title", ""), embed.get("description", "")]
        shown += [part[key] for part in embed.get("fields", []) for key in ("name", "value")]
    texts = [part["content"] for part in walk(message.components) if part["type"] == TEXT_DISPLAY]
    shown += [_FACT.sub(r"\1: ", _HEADING.sub("", words)) for words in texts]
    for words in shown:
        rest = _OWN.sub("\x00", words)
        # In an answer that only its reader sees a mention shows a name and calls nobody; a channel is called nowhere.
        if message.visible_to is not None:
            rest = _PERSON.sub("", rest)
        if message.visible_to is not None or message.channel.guild_id is None:
            rest = _CHANNEL.sub("", rest)
        if found := _MARKUP.search(rest):
            yield f"markup {found[0]!r}: {words}"
