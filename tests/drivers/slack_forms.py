"""Forms of Slack's as a person sees them, and what they put into the fields."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.slack.fields import BESIDE
from tests.drivers.base import FieldSeen, FormSeen
from tests.fakes.slack.entities import View
from tests.fakes.slack.render import plain

#: A name without its sign, of a person or a channel: its id, or the other way round.
Known = Callable[[str], str]
#: What a person is offered who types into a field that is searched.
Offered = Callable[[str, str], Awaitable[list[dict[str, Any]]]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WRONG = "⚠ "


def seen(view: View, names: Known, errors: dict[str, str] | None = None) -> FormSeen:
    """The form as it stands, with what was said to be wrong when it was sent."""
    wrong = {name.removesuffix(BESIDE): said for name, said in (errors or {}).items()}
    fields: dict[str, FieldSeen] = {}
    body: list[str] = []
    last = ""
    for block in view.blocks:
        if block["type"] == "input":
            last = block["block_id"].removesuffix(BESIDE)
            fields[last] = _with(fields.get(last), block, wrong.get(last, ""), names)
        elif block["type"] == "context" and (said := block["elements"][0]["text"]).startswith(_WRONG):
            fields[last] = fields[last]._replace(error=said.removeprefix(_WRONG))
        else:
            body.append(plain("", [block], names))
    title, submit = view.body["title"]["text"], view.body["submit"]["text"]
    return FormSeen(title, submit, fields, "\n".join(body))


def words(view: View, names: Known) -> str:
    """All that a person can read of it, with what its menus offer."""
    lines = [view.body["title"]["text"]]
    for block in view.blocks:
        lines.append(plain("", [block], names))
        element = block.get("element", {})
        shown = [
            block.get("hint"),
            element.get("placeholder"),
            *(o["text"] for o in element.get("options", ())),
        ]
        lines += [each["text"] for each in shown if each]
    return "\n".join(lines)


def _with(known: FieldSeen | None, block: dict[str, Any], error: str, names: Known) -> FieldSeen:
    element = block["element"]
    value = _value(element, names)
    if known is not None:  # the second block of the same field
        return known._replace(value=", ".join(each for each in (known.value, value) if each))
    choices = tuple(option["text"]["text"] for option in element.get("options", ()))
    return FieldSeen(block["label"]["text"], value, error, not block["optional"], choices)


def _value(element: dict[str, Any], names: Known) -> str:
    for key in ("initial_value", "initial_date"):
        if key in element:
            return str(element[key])
    picked = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    people = [element["initial_user"]] if "initial_user" in element else element.get("initial_users", [])
    shown = [option["text"]["text"] for option in picked] + [f"@{names(person)}" for person in people]
    if "initial_conversation" in element:
        shown.append(f"#{names(element['initial_conversation'])}")
    return ", ".join(shown)


async def filled(view: View, values: dict[str, str], ids: Known, offered: Offered) -> dict[str, Any]:
    """What the person does to the elements of the view, so that its fields hold these words."""
    out: dict[str, Any] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        name = block["block_id"]
        said = values.get(name.removesuffix(BESIDE))
        if said is None:
            continue
        element = block["element"]
        if element["type"] == "plain_text_input":
            out[name] = _beside(said) if name.endswith(BESIDE) else said
        elif element["type"] == "datepicker":
            out[name] = said if _DAY.fullmatch(said) else None
        else:
            out[name] = await _picked(element, said, ids, offered)
    unknown = set(values) - {name.removesuffix(BESIDE) for name in out}
    assert not unknown, f"the form has no fields {sorted(unknown)}"
    return out


def _beside(said: str) -> str:
    """What is typed where people or a day can be picked as well."""
    if _DAY.fullmatch(said):
        return ""
    return ", ".join(part for part in _parts(said) if not part.startswith("@"))


async def _picked(element: dict[str, Any], said: str, ids: Known, offered: Offered) -> Any:
    kind = element["type"]
    several = kind.startswith("multi_")
    found: list[Any] = []
    for part in _parts(said) if several else [said][: bool(said)]:
        if "users" in kind or "conversations" in kind:
            found += [ids(part[1:])] if part[0] in "@#" else []
        elif "external" in kind:
            name = element["action_id"]
            known = _among(await offered(name, part), part) or _among(await offered(name, ""), part)
            found.append(known or _forged(part))
        else:
            option = _among(element["options"], part)
            assert option, f"{part!r} is not offered: {[each['text']['text'] for each in element['options']]}"
            found.append(option)
    return found if several else next(iter(found), None)


def _parts(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _among(options: list[dict[str, Any]], said: str) -> dict[str, Any] | None:
    wanted = said.casefold()
    return next(
        (
            option
            for option in options
            if wanted in {option["text"]["text"].casefold(), option["value"].casefold()}
        ),
        None,
    )


def _forged(said: str) -> dict[str, Any]:
    """What is not offered any more, or never was."""
    return {"text": {"type": "plain_text", "text": said[:75]}, "value": said[:150]}
