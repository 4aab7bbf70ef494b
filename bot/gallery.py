"""``usher gallery``: every card that Usher can show, as each platform shows it, in each language; served here or written to a folder.

Composed here, since adapters know nothing of each other: each platform's own renderer makes what would be sent, and the web
adapter draws that.
"""

from __future__ import annotations

import base64
import inspect
import re
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from adapters.web.drawing import console, discord, slack
from adapters.web.drawing.parts import Look
from adapters.web.gallery import Area, Drawn, Kind, Pages
from bot.faults import StartError
from bot.printing import shortened
from core.cards import Card, plain, plain_text
from core.language import LANGUAGES, mark, speaking, t

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from bot.gallery_forms import Opened

HOST: Final = "127.0.0.1"
#: So many usual examples of each kind stand on the page of their area; the others on a page of their own.
USUAL: Final = 3
_STATIC = Path(inspect.getfile(Pages)).with_name("static")
_REFUSALS: Final = "refusals"
_FORMS: Final = "forms"
_CHART: Final = "chart"
_STATICS: Final = ("chat.css", "chat.js", "gallery.css", "gallery.js")
_AREAS: Final = {
    "invitations": mark("Invitations"),
    "bulk": mark("Several invitations at once"),
    "joins": mark("Joining"),
    "welcome": mark("Welcome"),
    "asking": mark("Asking for an invitation"),
    "wants": mark("Asking for a role or access"),
    "approvals": mark("Approving"),
    "members": mark("Members"),
    "personal": mark("About you"),
    "removal": mark("Removing somebody"),
    "roles": mark("Roles"),
    "several": mark("Several people at once"),
    "groups": mark("Groups"),
    "resources": mark("Resources"),
    "access": mark("Access"),
    "home": mark("Home"),
    "access_answers": mark("Answers about access"),
    "answers": mark("Can and why"),
    "time_boxes": mark("What ends by itself"),
    "emergencies": mark("Emergencies"),
    "transfers": mark("Handing over"),
    "workspaces": mark("Workspaces"),
    "settings": mark("Settings"),
    "platforms": mark("Platforms"),
    "arrivals": mark("Usher arrives"),
    "strangers": mark("People who are not in"),
    "audit": mark("Audit"),
    "digest": mark("The week"),
    _FORMS: mark("Forms"),
    "common": mark("Everywhere"),
    _REFUSALS: mark("Refusals"),
}
#: What the accounts and channels of the examples are called.
_NAMES: Final = {"U012345678": "Nia", "123456789012345678": "nia", "C0123456789": "approvals"}
#: Words that only the largest examples have.
_UNSAFE: Final = re.compile(r"[^\w-]")
_LARGE: Final = re.compile(r"([\w*&])\1{8}|(?:<@everyone> ){3}")

#: A fact that is longer is no usual one.
_LONG: Final = 900


class Example(NamedTuple):
    card: Card
    large: bool


Examples = dict[str, list[Example]]


class Gallery:
    """All examples and forms, made when the first page that needs them is asked for. ``made``, ``opened``: how, by language."""

    def __init__(
        self,
        made: Callable[[str], Examples] | None = None,
        opened: Callable[[str], list[Opened]] | None = None,
    ) -> None:
        self._pages = Pages()
        self._examples = cache(made or examples)
        self._opened = cache(opened or _opened)

    def files(self, language: str) -> Iterator[str]:
        """The names of a language's pages."""
        yield "index"
        yield from (area.file for area in self.areas(language))
        yield from (f"all-{name}" for name in self._examples(language))

    def page(self, language: str, file: str) -> str:
        """A page. ``KeyError`` when there is none of that name."""
        areas = self.areas(language)
        if file == "index":
            return self._pages.index(language, areas)
        if file.startswith("all-"):
            name = file.removeprefix("all-")
            with speaking(language):
                kind = _kind(name, self._examples(language)[name], USUAL * 10_000)
            return self._pages.area(language, areas, Area(file, name, [name]), [kind])
        shown = {area.file: area for area in areas}[file]
        with speaking(language):
            kinds = [_kind(name, self._examples(language)[name], USUAL) for name in shown.names]
            if file == _FORMS:
                kinds += [_form(each) for each in self._opened(language)]
        return self._pages.area(language, areas, shown, kinds)

    def areas(self, language: str) -> list[Area]:
        found: dict[str, list[str]] = {area: [] for area in _AREAS}
        for name in self._examples(language):
            found.setdefault(_area_of(name), []).append(name)
        with speaking(language):
            return [
                Area(area, t(_AREAS.get(area, area)), names)
                for area, names in found.items()
                if names or area == _FORMS
            ]


def _opened(language: str) -> list[Opened]:
    from bot.gallery_forms import opened

    return opened(language)


def examples(language: str) -> Examples:
    """The examples of each view and each refusal, without twins; the usual ones first."""
    from core.examples import everything

    found: dict[str, dict[str, Example]] = {}
    with speaking(language):
        for name, card in everything():
            words = plain_text(card)
            large = _LARGE.search(words) is not None or any(
                len(plain(field.value)) > _LONG for field in card.fields
            )
            found.setdefault(name, {}).setdefault(words, Example(card, large))
    return {
        name: sorted(each.values(), key=lambda example: example.large) for name, each in sorted(found.items())
    }


def _area_of(name: str) -> str:
    """The area of a view is its module."""
    from core import views

    view = getattr(views, name, None)
    return view.__module__.rpartition(".")[2] if view is not None else _REFUSALS


def _kind(name: str, found: list[Example], most: int) -> Kind:
    usual = [each.card for each in found if not each.large][:most]
    large = [each.card for each in found if each.large]
    if most <= USUAL:
        large = sorted(large, key=lambda card: len(plain_text(card)))[-1:]
    return Kind(
        name,
        [draw(card, f"{name}-{number}") for number, card in enumerate(usual)],
        [draw(card, f"{name}-large-{number}") for number, card in enumerate(large)],
        len(found),
    )


# --- drawing ------------------------------------------------------------------------------------------------------


def draw(card: Card, unique: str) -> Drawn:
    """A card as each platform shows it, in the spoken language."""
    on = {"slack": _in_slack(card, unique), "discord": _in_discord(card, unique)}
    return Drawn(card.title, {**on, "console": console.draw_text(plain_text(shortened(card)))})


def _in_slack(card: Card, unique: str) -> Markup:
    from adapters import chart
    from adapters.slack import render

    made = chart.drawn(card.chart) if card.chart is not None else None
    payload = render.message(card, own=True, picture=_CHART if made is not None else "")
    return slack.draw_message(payload, _look(unique, {_CHART: made} if made is not None else {}))


def _in_discord(card: Card, unique: str) -> Markup:
    from adapters.discord.letters import letter

    made = letter(card)
    pictures = {each.name: each.content for each in made.enclosed}
    return discord.draw_message(made.message(as_layout=made.wants_layout), _look(unique, pictures))


def _look(unique: str, pictures: dict[str, bytes]) -> Look:
    def picture(name: str) -> str:
        content = pictures.get(name)
        return f"data:image/png;base64,{base64.b64encode(content).decode()}" if content else ""

    return Look(lambda known: _NAMES.get(known, known), picture, unique, heading=4)


def _form(opened: Opened) -> Kind:
    return Kind(opened.name, [draw_form(opened)], [], 1)


def draw_form(opened: Opened) -> Drawn:
    """A form as each platform opens it, in the spoken language; the console asks for one field after the other."""
    from adapters.discord.forms import modal
    from adapters.slack.forms import Opened as Kept
    from adapters.slack.forms import view
    from bot.prompts import line_of

    form = opened.form
    unique = _UNSAFE.sub("-", opened.name)
    lines = [line_of(entry, lambda known: known.subject) for entry in form.entries]
    asked = Card(form.title, body=form.body, lines=tuple(lines))
    on = {
        "slack": slack.draw_form(view(form, Kept("key")), _look(f"{unique}-slack", {})),
        "discord": discord.draw_form(
            modal(form, opened.found, in_server=True), _look(f"{unique}-discord", {})
        ),
        "console": console.draw_text(plain_text(asked)),
    }
    return Drawn(form.title, on)


# --- as files and as a server ------------------------------------------------------------------------------------


def write(folder: Path, tell: Callable[[str], None], gallery: Gallery | None = None) -> None:
    """Writes every page. What stands in the folder under other names stays."""
    gallery = gallery or Gallery()
    static = folder / "static"
    static.mkdir(parents=True, exist_ok=True)
    for name in _STATICS:
        (static / name).write_bytes((_STATIC / name).read_bytes())
    pages = 0
    for language in LANGUAGES:
        (folder / language).mkdir(exist_ok=True)
        for file in gallery.files(language):
            (folder / language / f"{file}.html").write_text(gallery.page(language, file), encoding="utf-8")
            pages += 1
    tell(f"{pages:,} pages: {folder / LANGUAGES[0] / 'index.html'}")


def site(gallery: Gallery) -> Starlette:
    """The pages, each made when it is asked for."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
    from starlette.routing import Route

    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }

    def first(request: Request) -> Response:
        del request
        return RedirectResponse(f"/{LANGUAGES[0]}/index.html")

    def page(request: Request) -> Response:
        language, file = request.path_params["language"], request.path_params["file"]
        if language not in LANGUAGES:
            raise HTTPException(404)
        try:
            return HTMLResponse(gallery.page(language, file), headers=headers)
        except KeyError:
            raise HTTPException(404) from None

    def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATICS:
            raise HTTPException(404)
        return FileResponse(_STATIC / name, headers=headers)

    return Starlette(
        routes=[
            Route("/", first),
            Route("/static/{name}", static),
            Route("/{language}/{file}.html", page),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
    )


def serve(port: int, tell: Callable[[str], None]) -> None:
    """Serves the pages on this machine alone, until it is stopped."""
    import uvicorn

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as wrong:
        listening.close()
        raise StartError(f"Port {port} is taken ({wrong.strerror}). Name another one with --port.") from None
    tell(f"The gallery is at http://{HOST}:{listening.getsockname()[1]}/  (Ctrl-C ends it)")
    uvicorn.Server(uvicorn.Config(site(Gallery()), log_level="error", lifespan="off")).run([listening])
