"""What stands on the playground's page, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from adapters.memory import Message
from bot.showing import Pressed
from core.cards import Card
from tests.drivers.base import PUBLIC_URL, Button, FieldSeen, FormSeen, Seen
from tests.drivers.markup import Element, read

_REPLY = re.compile("In reply to “(.*)”", re.DOTALL)


class Held(NamedTuple):
    """Where something stands on the page; of a message, which one it is, and how it was when it was seen."""

    item: str
    room: str
    message: Message | None = None
    card: Card | None = None


def pings(item: dict[str, Any]) -> Iterator[str]:
    """What the page makes more of than words, but the names in an answer, which call nobody."""
    (message,) = (each for each in read(item["html"]).all("div") if each.has("message"))
    for each in message.all():
        foreign = each.name == "a" and not each.facts.get("href", "").startswith(PUBLIC_URL)
        calls = each.has("mention") and item["kind"] != "answer"
        if calls and each.text.startswith("#") and not item["channel"]:
            continue  # a channel is called nowhere
        if foreign or calls:
            yield f"{each.name}: {each.text}"


def form_seen(form: Element) -> FormSeen:
    """A form as it stands in the dialog."""
    fields: dict[str, FieldSeen] = {}
    for around in (each for each in form.all() if each.has("field")):
        inside = controls(around)
        first = inside[0]
        named = next(around.all("legend" if around.name == "fieldset" else "label")).text
        errors = [each.text for each in around.all("p") if each.has("error")]
        values, choices = _value(around, inside)
        required = "required" in first.facts or (around.name == "fieldset" and "(optional)" not in named)
        fields[first.facts["name"]] = FieldSeen(
            named.removesuffix(" (optional)"), values, errors[0] if errors else "", required, choices
        )
    submit = next(form.all("button", type="submit")).text
    about = "\n".join(each.text for each in form.inside if isinstance(each, Element) and each.name == "p")
    return FormSeen(next(form.all("h2")).text, submit, fields, about)


def words_of(form: Element) -> str:
    """All that a person can read of it."""
    hints = (each.facts["placeholder"] for each in form.all() if each.facts.get("placeholder"))
    lines = [*form.text.splitlines(), *hints]
    return "\n".join(line for line in lines if line.strip())


def _value(around: Element, controls: list[Element]) -> tuple[str, tuple[str, ...]]:
    """What stands in a field, and what can be chosen, in words."""
    first = controls[0]
    if first.name == "select":
        options = [option for option in first.all("option") if option.facts["value"]]
        chosen = next((option.text for option in options if "selected" in option.facts), "")
        return chosen, tuple(option.text for option in options)
    if first.facts.get("type") == "checkbox":
        labels = [next(around.all("label", for_=each.facts["id"])).text.strip() for each in controls]
        ticked = [label for label, each in zip(labels, controls, strict=True) if "checked" in each.facts]
        return ", ".join(ticked), tuple(labels)
    return (first.text if first.name == "textarea" else first.facts.get("value", "")), ()


def controls(form: Element) -> list[Element]:
    return [
        each for each in form.all() if each.name in {"input", "select", "textarea"} and each.facts.get("name")
    ]


def picked(select: Element, said: str | None) -> str:
    options = list(select.all("option"))
    if said is None:
        return next((o.facts["value"] for o in options if "selected" in o.facts), "")
    wanted = said.removeprefix("@").removeprefix("#").casefold()
    return next((o.facts["value"] for o in options if o.text.removeprefix("#").casefold() == wanted), "")


def seen_of(item: dict[str, Any], held: Held) -> Seen:
    top = read(item["html"])
    (message,) = (each for each in top.all("div") if each.has("message"))
    private = any(each.has("private") for each in top.all("article"))
    assert private == (item["kind"] == "answer")
    buttons = tuple(
        Button(each.text, meant.action, meant.subject)
        for each in message.all("button", data_kind="button")
        if (meant := Pressed(each.facts["data-action-id"].partition("#")[0], each.facts["data-value"], ""))
    )
    menus = {
        next(menu.all("summary")).text: [next(entry.all("span")).text for entry in menu.all("button")]
        for menu in message.all("details")
    }
    table = tuple(
        tuple(cell.text for cell in row.all() if cell.name in {"th", "td"}) for row in message.all("tr")
    )
    title = next((each.text for each in message.all() if each.name in {"h2", "h3", "h4"}), "")
    words = "\n".join(line for line in message.text.splitlines() if line.strip())
    assert item["title"].startswith(title.removesuffix("…"))
    return Seen(
        title,
        words,
        buttons,
        private or not item["channel"],
        table=table,
        menus=menus,
        chart=" ".join(each.facts["alt"] for each in message.all("img")),
        under=next(
            (found[1] for each in top.all("p", class_="under") if (found := _REPLY.fullmatch(each.text))), ""
        ),
        held=held,
        raw=message,
    )
