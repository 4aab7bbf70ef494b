"""What a person sees: text and controls read back from embeds and components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}
SELECTS = {3, 5, 6, 7, 8}


@dataclass(frozen=True)
class Button:
    label: str
    custom_id: str | None
    style: str
    disabled: bool
    url: str | None = None


@dataclass(frozen=True)
class Select:
    custom_id: str
    type: int
    placeholder: str
    options: tuple[tuple[str, str], ...]
    min_values: int
    max_values: int
    disabled: bool


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, parents first, in the order they are shown."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def text(content: str, embeds: list[dict[str, Any]], components: list[dict[str, Any]]) -> str:
    lines = [content] if content else []
    for embed in embeds:
        lines += embed_lines(embed)
    lines += [c["content"] for c in walk(components) if c["type"] == 10]
    return "\n".join(lines)


def embed_lines(embed: dict[str, Any]) -> list[str]:
    found = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    found += [f"{f['name']}: {f['value']}" for f in embed.get("fields") or []]
    found.append((embed.get("footer") or {}).get("text"))
    return [line for line in found if line]


def buttons(components: list[dict[str, Any]]) -> list[Button]:
    return [_button(c) for c in walk(components) if c["type"] == 2]


def _button(component: dict[str, Any]) -> Button:
    emoji = (component.get("emoji") or {}).get("name") or ""
    return Button(
        component.get("label") or emoji,
        component.get("custom_id"),
        STYLES[component["style"]],
        bool(component.get("disabled")),
        component.get("url"),
    )


def button(shown: list[Button], wanted: str) -> Button:
    """The button with this label or custom id."""
    for candidate in shown:
        if wanted in {candidate.label, candidate.custom_id}:
            return candidate
    raise Refused(f"no button {wanted!r}; there are {[b.label for b in shown]}")


def selects(components: list[dict[str, Any]]) -> list[Select]:
    return [_select(c) for c in walk(components) if c["type"] in SELECTS]


def _select(component: dict[str, Any]) -> Select:
    options = component.get("options") or []
    return Select(
        component["custom_id"],
        component["type"],
        component.get("placeholder") or "",
        tuple((o["label"], o["value"]) for o in options),
        component.get("min_values", 1),
        component.get("max_values", 1),
        bool(component.get("disabled")),
    )
