"""Draws what each platform would be sent, with that platform's own renderer. Composed here, since adapters know nothing of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from adapters.chart import drawn
from adapters.web.drawing import discord as discord_drawing
from adapters.web.drawing import slack as slack_drawing
from adapters.web.drawing.parts import Held, Look
from adapters.web.playground.pages import Pages
from bot.shelf import Shelf
from core.cards import Card, File, Home

if TYPE_CHECKING:
    from adapters.discord.letters import Letter

Json = dict[str, Any]
Control = Mapping[str, str]
_CHART = "chart"


class Pressed(NamedTuple):
    """What a click means, read as the platform's adapter reads it."""

    action: str
    subject: str
    choice: str


class Showing:
    """``name``: what an account or channel is called, by its id."""

    def __init__(self, name: Callable[[str], str]) -> None:
        self._name = name
        self._pages = Pages()
        self._pictures = Shelf()
        self._files = Shelf()

    def answer(
        self,
        platform: str,
        card: Card,
        at: int,
        item: str,
        by: str,
        typed: str,
        *,
        pressed: bool,
        passes: bool = True,
    ) -> str:
        """An answer to what somebody typed or pressed, for them alone; unless it ``passes`` it cannot be put away."""
        drawn = self._drawn(platform, card, item, own=True)
        return self._pages.item(
            platform, card.title, drawn, at, private=passes, typed_by=by, typed=typed, pressed=pressed
        )

    def message(self, platform: str, card: Card, at: int, item: str, under: str) -> str:
        """A message in a channel or in somebody's direct messages, in whichever reply to another one."""
        return self._pages.item(
            platform, card.title, self._drawn(platform, card, item, own=False), at, under=under
        )

    def files(self, files: tuple[File, ...], at: int, item: str) -> str:
        """Files as Slack has them, which come to the direct messages."""
        from adapters.slack.files import described

        held = {file.name: (file.content or "\n").encode(errors="replace") for file in files}
        payload = {"blocks": described(files), "files": [{"name": name} for name in held]}
        look = Look(self._name, unique=item, file=lambda name: self._hold(name, held[name]))
        title = ", ".join(held)
        return self._pages.item("slack", title, slack_drawing.draw_message(payload, look), at)

    def home(self, home: Home, item: str) -> str:
        """A Home, as Slack has it."""
        from adapters.slack.home import home_view

        return self._pages.home(slack_drawing.draw_home(home_view(home), Look(self._name, unique=item)))

    def moved(self, at: int) -> str:
        return self._pages.moved(at)

    def picture(self, name: str) -> bytes | None:
        found = self._pictures.find(name)
        return found[1] if found is not None else None

    def file(self, known: str) -> tuple[str, bytes] | None:
        return self._files.find(known)

    def pressed(self, platform: str, control: Control) -> Pressed:
        """The button or menu that was used, from what the platform's client would send of it."""
        return _pressed_in_slack(control) if platform == "slack" else _pressed_in_discord(control)

    def _drawn(self, platform: str, card: Card, item: str, *, own: bool) -> Markup:
        if platform == "slack":
            from adapters.slack.render import message

            chart = b"" if own or card.chart is None else drawn(card.chart) or b""
            payload = message(card, own=own, picture=_CHART if chart else "")
            return slack_drawing.draw_message(payload, Look(self._name, lambda _: self._keep(chart), item))
        from adapters.discord.letters import letter

        made = letter(card)
        held = {each.name: each.content for each in made.enclosed}
        look = Look(
            self._name,
            partial(self._kept, made),
            item,
            file=lambda name: self._hold(name, held[name]) if name in held else None,
        )
        return discord_drawing.draw_message(made.message(as_layout=own and made.wants_layout), look)

    def _kept(self, letter: Letter, name: str) -> str:
        """The address of a picture that is enclosed with a letter."""
        return self._keep(next((each.content for each in letter.enclosed if each.name == name), b""))

    def _keep(self, content: bytes) -> str:
        if not content:
            return ""
        return f"/play/picture/{self._pictures.put('', content)}"

    def _hold(self, name: str, content: bytes) -> Held:
        """Where a file can be fetched."""
        return Held(f"/play/file/{self._files.put(name, content)}", len(content))


def _pressed_in_slack(control: Control) -> Pressed:
    from adapters.slack import parse

    value = control.get("value", "")
    pressed: Json = {"type": control.get("kind", "button"), "action_id": control.get("action_id", "")}
    if pressed["type"] == "button":
        pressed["value"] = value
    else:
        pressed["selected_option"] = {"value": value}
    call = parse.click({"type": "block_actions", "actions": [pressed]}, 0)
    return Pressed(call.action, call.subject, str(call.options.get("choice", "")))


def _pressed_in_discord(control: Control) -> Pressed:
    from adapters.discord import parse

    found = parse.BUTTON.fullmatch(control.get("custom_id", ""))
    if found is None:
        return Pressed("?", "", "")
    chosen = control.get("value", "") if control.get("kind", "button") != "button" else ""
    return Pressed(found["action"], found["subject"], chosen)
