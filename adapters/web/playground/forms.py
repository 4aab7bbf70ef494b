"""A form as a dialog of the page: what was typed is kept, what is wrong stands on its field."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from adapters.web.drawing.controls import Field, Option, form
from adapters.web.drawing.parts import tag, time, together
from core.calls import Channel, ChatRole, EmailAddress, Identity, Value
from core.cards import Code, Control, Entry, Form, Say, Text, When, plain
from core.language import t

Pairs = Sequence[tuple[str, str]]

_SEVERAL = frozenset({Control.SEARCHES, Control.PEOPLE})


def draw(asked: Form, platform: str, people: Pairs, rooms: Pairs, words: dict[str, str]) -> Markup:
    """The inside of the dialog. ``people`` and ``rooms`` are what can be picked, as ``(value, label)``."""
    inside = [tag("p", _paragraph(paragraph)) for paragraph in asked.body]
    inside += [_field(entry, people, rooms, words) for entry in asked.entries]
    return form(
        asked.title,
        inside,
        asked.submit,
        words["cancel"],
        "form",
        data_platform=platform,
        data_form=asked.key,
    )


def _paragraph(words: Text) -> Markup:
    """Moments stand in the reader's zone here too, as they do on the card behind the dialog."""
    return together(
        time(span.at, span.style)
        if isinstance(span, When)
        else tag("code", plain((span,)))
        if isinstance(span, Code | Say)
        else plain((span,))
        for span in words
    )


def _field(entry: Entry, people: Pairs, rooms: Pairs, words: dict[str, str]) -> Markup:  # noqa: PLR0911 - one for each kind
    field = Field(f"field-{entry.name}", entry.name, entry.label, entry.help, entry.error, entry.required)
    more = {"maxlength": entry.limit, "placeholder": entry.example or None, "autocomplete": "off"}
    match entry.control:
        case Control.LINES:
            return field.lines(shown(entry), maxlength=entry.limit, placeholder=entry.example or None)
        case Control.CHOICE:
            return field.choice(
                _options(entry, [(c.value, c.label) for c in entry.choices]), words["from_list"]
            )
        case Control.PERSON:
            return field.choice(_options(entry, people), words["from_list"])
        case Control.CHANNEL:
            return field.choice(_options(entry, rooms), words["from_list"])
        case Control.CHOICES:
            return field.boxes(_options(entry, [(c.value, c.label) for c in entry.choices]), "checkbox")
        case Control.SEARCH | Control.SEARCHES:
            return _search(field, entry, more)
        case _:
            return field.line(value=shown(entry), **more)


def _search(field: Field, entry: Entry, more: dict[str, int | str | None]) -> Markup:
    """A field whose values are found while one types, in a list below it."""
    found = f"{field.unique}-found"
    typed = tag(
        "input",
        type="text",
        value=shown(entry),
        data_search=entry.control.value,
        role="combobox",
        aria_autocomplete="list",
        aria_expanded="false",
        aria_controls=found,
        **field.common(),
        **more,
    )
    hint = t("Type to search; several with a comma between them.") if entry.control in _SEVERAL else ""
    field = field._replace(hint=" ".join(filter(None, (entry.help, hint))))
    return field.around(
        together(
            [typed, tag("ul", id=found, class_="list", role="listbox", aria_label=entry.label, hidden=True)]
        )
    )


def _options(entry: Entry, pairs: Pairs) -> list[Option]:
    chosen = picked(entry)
    return [Option(value, label, chosen=value in chosen) for value, label in pairs]


def shown(entry: Entry) -> str:
    """The value of a field in words."""
    return _words(entry.value)


def picked(entry: Entry) -> frozenset[str]:
    """The values that are chosen."""
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return frozenset(map(_words, values)) - {""}


def _words(value: Value | EmailAddress) -> str:
    match value:
        case Identity():
            return value.subject
        case Channel():
            return value.channel
        case ChatRole():
            return value.role
        case EmailAddress():
            return value.address
        case tuple():
            return ", ".join(map(_words, value))
    return str(value)
