"""``usher gallery``: every card that Usher can show, as each platform shows it, in each language; served here or written to a folder.

Composed here, since adapters know nothing of each other: each platform's own renderer makes what would be sent, and the web
adapter draws that.
"""

from __future__ import annotations

import inspect
import re
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from adapters.web.gallery import Area, Drawn, Kind, Pages
from bot.faults import StartError
from bot.gallery_drawing import draw, draw_form, draw_home
from core.cards import Card, plain, plain_text
from core.language import LANGUAGES, mark, speaking, t

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from bot.gallery_story import Told

HOST: Final = "127.0.0.1"
#: So many usual examples of each kind stand on the page of their area; the others on a page of their own.
USUAL: Final = 3
STATIC: Final = Path(inspect.getfile(Pages)).with_name("static")
_REFUSALS: Final = "refusals"
_FORMS: Final = "forms"
_HOME: Final = "home"
STATICS: Final = ("chat.css", "chat.js", "gallery.css", "gallery.js")
_AREAS: Final = {
    "invitations": mark("Invitations"),
    "bulk": mark("Several invitations at once"),
    "joins": mark("Joining"),
    "welcome": mark("Welcome"),
    "asking": mark("Asking for an invitation"),
    "wants": mark("Asking for a role or access"),
    "approvals": mark("Approving"),
    "members": mark("Members"),
    "personal": mark("Personal invitations"),
    "removal": mark("Removing somebody"),
    "roles": mark("Roles"),
    "several": mark("Several workspaces"),
    "groups": mark("Groups"),
    "resources": mark("Resources"),
    "access": mark("Access"),
    _HOME: mark("Home"),
    "access_answers": mark("Answers about access"),
    "answers": mark("Can and why"),
    "time_boxes": mark("What ends by itself"),
    "emergencies": mark("Emergencies"),
    "transfers": mark("Handing over"),
    "workspaces": mark("Workspaces, help and status"),
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
#: Words that only the largest examples have.
_LARGE: Final = re.compile(r"([\w*&])\1{8}|(?:<@everyone> ){3}")

#: A fact that is longer is no usual one.
_LONG: Final = 900


class Example(NamedTuple):
    card: Card
    large: bool


Examples = dict[str, list[Example]]


class Gallery:
    """All examples, forms and Homes, made when the first page that needs them is asked for. ``made``, ``told``: how, by language."""

    def __init__(
        self,
        made: Callable[[str], Examples] | None = None,
        told: Callable[[str], Told] | None = None,
    ) -> None:
        self.pages = Pages()
        self._examples = cache(made or examples)
        self._told = cache(told or _told)

    def files(self, language: str) -> Iterator[str]:
        """The names of a language's pages."""
        yield "index"
        yield from (area.file for area in self.areas(language))
        yield from (f"all-{name}" for name in self._examples(language))

    def page(self, language: str, file: str) -> str:
        """A page. ``KeyError`` when there is none of that name."""
        areas = self.areas(language)
        if file == "index":
            return self.pages.index(language, areas)
        if file.startswith("all-"):
            name = file.removeprefix("all-")
            with speaking(language):
                kind = _kind(name, self._examples(language)[name], USUAL * 10_000)
            return self.pages.area(language, areas, Area(file, name, [name], 1), [kind])
        shown = {area.file: area for area in areas}[file]
        return self.pages.area(language, areas, shown, self.kinds(language, shown))

    def cards(self, language: str, area: Area, most: int = USUAL) -> list[Kind]:
        """The cards on the page of an area, with so many usual examples of each at most."""
        with speaking(language):
            return [_kind(name, self._examples(language)[name], most) for name in area.names]

    def kinds(self, language: str, area: Area) -> list[Kind]:
        """What is on the page of an area."""
        kinds = self.cards(language, area)
        with speaking(language):
            if area.file == _FORMS:
                forms = self._told(language).forms
                kinds += [Kind(each.name, [draw_form(each)], [], 1) for each in forms]
            if area.file == _HOME:
                homes = self._told(language).homes
                kinds[:0] = [Kind(each.name, [draw_home(each)], [], 1) for each in homes]
        return kinds

    def areas(self, language: str) -> list[Area]:
        found: dict[str, list[str]] = {area: [] for area in _AREAS}
        for name in self._examples(language):
            found.setdefault(_area_of(name), []).append(name)
        with speaking(language):
            return [
                Area(area, t(_AREAS.get(area, area)), names, len(names) + len(_beside(area)))
                for area, names in found.items()
                if names or _beside(area)
            ]


def _told(language: str) -> Told:
    from bot.gallery_story import told

    return told(language)


def _beside(area: str) -> list[str]:
    """What is shown on the page of an area and is no card."""
    from bot.gallery_story import HOMES, forms

    return {_FORMS: list(forms()), _HOME: list(HOMES)}.get(area, [])


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
        [show(name, card, f"{name}-{number}") for number, card in enumerate(usual)],
        [show(name, card, f"{name}-large-{number}") for number, card in enumerate(large)],
        len(found),
    )


def show(name: str, card: Card, unique: str) -> Drawn:
    """A card of the view of that name where it is shown: most are messages, some stand on Homes alone."""
    return draw(card, unique, at_home=_area_of(name) == _HOME)


# --- as files and as a server ------------------------------------------------------------------------------------


def write(folder: Path, tell: Callable[[str], None], gallery: Gallery | None = None) -> None:
    """Writes every page. What stands in the folder under other names stays."""
    gallery = gallery or Gallery()
    static = folder / "static"
    static.mkdir(parents=True, exist_ok=True)
    for name in STATICS:
        (static / name).write_bytes((STATIC / name).read_bytes())
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
        if name not in STATICS:
            raise HTTPException(404)
        return FileResponse(STATIC / name, headers=headers)

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
