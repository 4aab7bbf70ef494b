"""What can be pressed, picked or filled in. Labels, hints and errors are tied to their field, so that they are read out with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from adapters.web.drawing.parts import NOTHING, tag, together
from core.language import mark, t

_OPTIONAL, _NONE = mark("optional"), mark("Choose…")

Attributes = dict[str, str | int | bool | None]


class Option(NamedTuple):
    """One entry of a menu; ``chosen`` from the start."""

    value: str
    label: str
    about: str = ""
    chosen: bool = False


def button(
    words: str, kind: str, style: str = "plain", url: str = "", /, **data: str | int | bool | None
) -> Markup:
    """A button; ``style``: plain, primary, good or danger. One with a ``url`` leads there."""
    if url.startswith(("https://", "http://")):
        away = {"rel": "noreferrer noopener nofollow", "target": "_blank"}
        return tag("a", words, href=url, class_=f"button {style}", data_kind=kind, **away, **data)
    return tag("button", words, type="button", class_=f"button {style}", data_kind=kind, **data)


def menu(words: str, options: Iterable[Option], kind: str, /, **data: str | int | bool | None) -> Markup:
    """A drop-down that acts at once. Not a ``select``, which some browsers change at every press of an arrow key."""
    entries = [
        tag(
            "li",
            tag(
                "button",
                tag("span", each.label),
                tag("small", each.about) if each.about else NOTHING,
                type="button",
                data_kind="option",
                data_value=each.value,
                aria_pressed="true" if each.chosen else None,
            ),
        )
        for each in options
    ]
    return tag("details", tag("summary", words), tag("ul", *entries), class_="menu", data_kind=kind, **data)


def form(
    title: str, inside: Iterable[str], submit: str, close: str, unique: str, **data: str | int | bool | None
) -> Markup:
    """A form with its title above and its buttons below, the likely one last, where both platforms have it."""
    named = f"{unique}-title"
    return tag(
        "form",
        tag("h2", title, id=named),
        *inside,
        tag(
            "div",
            tag("button", close, type="button", class_="button plain", data_kind="close"),
            tag("button", submit, type="submit", class_="button primary", data_kind="submit")
            if submit
            else "",
            class_="buttons",
        ),
        class_="form",
        aria_labelledby=named,
        **data,
    )


class Field(NamedTuple):
    """What stands around a control. ``unique`` is the id of the control; those of its hint and error begin with it."""

    unique: str
    name: str
    label: str
    hint: str = ""
    error: str = ""
    required: bool = False

    @property
    def told(self) -> str | None:
        """The ids of what is said about the control."""
        ids = [f"{self.unique}-hint"] * bool(self.hint) + [f"{self.unique}-error"] * bool(self.error)
        return " ".join(ids) or None

    def common(self) -> Attributes:
        return {
            "id": self.unique,
            "name": self.name,
            "required": self.required,
            "aria_describedby": self.told,
            "aria_invalid": "true" if self.error else None,
        }

    def around(self, control: str) -> Markup:
        """One control under its label."""
        return tag(
            "div", tag("label", *self._label(), for_=self.unique), control, *self._about(), class_="field"
        )

    def _label(self) -> tuple[str, str]:
        return self.label, NOTHING if self.required else tag("small", f" ({t(_OPTIONAL)})")

    def _about(self) -> tuple[str, str]:
        return (
            tag("p", self.hint, id=f"{self.unique}-hint", class_="hint") if self.hint else NOTHING,
            tag("p", self.error, id=f"{self.unique}-error", class_="error") if self.error else NOTHING,
        )

    def line(self, type: str = "text", /, **more: str | int | bool | None) -> Markup:
        return self.around(tag("input", type=type, **self.common(), **more))

    def lines(self, value: str, /, **more: str | int | bool | None) -> Markup:
        return self.around(
            tag("textarea", "\n" * value.startswith("\n"), value, rows=3, **self.common(), **more)
        )

    def choice(self, options: Sequence[Option], nothing: str, **more: str | int | bool | None) -> Markup:
        """One of several; ``nothing`` is said where none is chosen yet."""
        none = tag("option", nothing, value="", selected=not any(each.chosen for each in options))
        entries = [tag("option", each.label, value=each.value, selected=each.chosen) for each in options]
        return self.around(tag("select", none, *entries, **self.common(), **more))

    def boxes(
        self, options: Sequence[Option], type: str, closed: str = "", **more: str | int | bool | None
    ) -> Markup:
        """One (``radio``) or some (``checkbox``) of several, all in sight.

        ``closed``: in a menu that opens; what is said there as long as none is chosen.
        """
        entries = []
        for number, each in enumerate(options):
            one = f"{self.unique}-{number}"
            control = tag(
                "input",
                type=type,
                id=one,
                name=self.name,
                value=each.value,
                checked=each.chosen,
                required=self.required and type == "radio",
            )
            about = tag("small", f" {each.about}") if each.about else NOTHING
            entries.append(tag("div", control, tag("label", each.label, about, for_=one), class_="box"))
        shown = tag("div", *entries, class_="boxes")
        if closed:
            words = ", ".join(each.label for each in options if each.chosen) or closed
            shown = tag("details", tag("summary", words, data_nothing=closed), shown, class_="menu several")
        return tag(
            "fieldset",
            tag("legend", *self._label()),
            shown,
            *self._about(),
            id=self.unique,
            class_="field",
            aria_describedby=self.told,
            **more,
        )

    def search(
        self, kind: str, chosen: Sequence[Option], *, several: bool, **more: str | int | bool | None
    ) -> Markup:
        """Finds while one types; what is found stands in the list below. What is chosen already is sent in hidden fields."""
        words = chosen[0].label if chosen and not several else None
        found = f"{self.unique}-found"
        more["placeholder"] = more.get("placeholder") or t(_NONE)
        common = {**self.common(), "name": None, "required": self.required and not (several and chosen)}
        typed = tag(
            "input",
            type="text",
            autocomplete="off",
            list=found,
            value=words,
            data_kind=kind,
            data_name=self.name,
            data_several=several,
            **common,
            **more,
        )
        kept = (
            tag("input", type="hidden", name=self.name, value=each.value, data_label=each.label)
            for each in chosen
        )
        shown = [tag("li", each.label, data_value=each.value) for each in chosen] if several else []
        tokens = tag("ul", *shown, class_="tokens") if shown else NOTHING
        return self.around(together([tokens, typed, tag("datalist", id=found), *kept]))
