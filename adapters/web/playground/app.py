"""The playground over HTTP: one page, what stands in the chats as server-sent events, and a post for each thing one does."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from adapters.web.playground import lines, static
from adapters.web.playground.asked import Json, body, read, typed, word
from adapters.web.playground.feed import Change, Item
from adapters.web.playground.guard import HEADERS, Guard
from adapters.web.playground.pages import Pages, iso
from adapters.web.playground.stage import CHATS, DIRECT, HOME, WITH_HOME, Outcome, Stage, Unknown, Who
from adapters.web.playground.turns import Turns
from core.catalogue import Command, Option
from core.language import LANGUAGES, speaking, wished

#: A connection that says nothing for so long may be dead.
PULSE_SECONDS = 15.0
#: Who one is at first in each chat: what the first steps need.
FIRST = {"slack": "owner", "discord": "newcomer"}

_ROOM = re.compile(r"\w[\w-]{0,29}")

Handler = Callable[[Request], Awaitable[Response]]
Fault = Callable[[BaseException, str], str]
Opening = Callable[[], Awaitable[Stage]]


def build(
    opening: Opening,
    guard: Guard,
    fault: Fault,
    rest: ASGIApp | None = None,
    anew: Callable[[], Awaitable[None]] | None = None,
) -> Starlette:
    """The application. The page itself is there before the chats are: ``opening`` waits for them.

    ``fault`` logs what broke and gives its reference; ``rest`` answers every other address; after ``anew`` other chats are open.
    """
    site = Site(opening, guard, fault)
    posts = {
        "run": site.run,
        "press": site.press,
        "home": site.home,
        "fill": site.fill,
        "search": site.search,
        "complete": site.complete,
        "advance": site.advance,
        "join": site.join,
        "room": site.room,
        "greet": site.greet,
        "speak": site.speak,
        "dismiss": site.dismiss,
    }
    routes: list[Route | Mount] = [
        Route("/", site.reading(site.page), methods=["GET"]),
        Route("/static/{path:path}", site.reading(site.static), methods=["GET"]),
        Route("/play/events", site.reading(site.events), methods=["GET"]),
        Route("/play/record", site.reading(site.record), methods=["GET"]),
        Route("/play/picture/{name}", site.reading(site.picture), methods=["GET"]),
        Route("/play/file/{name}", site.reading(site.file), methods=["GET"]),
        *(Route(f"/play/{name}", site.changing(step), methods=["POST"]) for name, step in posts.items()),
    ]
    if anew is not None:
        routes.append(Route("/play/anew", site.ending(anew), methods=["POST"]))
    if rest is not None:
        routes.append(Mount("/", app=rest))
    return Starlette(routes=routes)


class Site:
    """Each method answers one address."""

    def __init__(self, opening: Opening, guard: Guard, fault: Fault) -> None:
        self._opening = opening
        self._guard = guard
        self._fault = fault
        self._pages = Pages()
        self._kept: dict[Path, bytes] = {}
        self._turns = Turns()

    async def _open(self) -> Stage:
        """The chats, as soon as they are open."""
        self._stage = await self._opening()
        return self._stage

    # --- the doors -----------------------------------------------------------------------------------------------

    def reading(self, endpoint: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            if not self._guard.may_read(request):
                return _plain("This page is for this machine only.", HTTPStatus.FORBIDDEN)
            return await self._guarded(endpoint, request)

        return answer

    def changing(self, endpoint: Callable[[Json], Awaitable[Response]]) -> Handler:
        async def answer(request: Request) -> Response:
            if not self._guard.may_change(request):
                return _plain("This page is for this machine only.", HTTPStatus.FORBIDDEN)
            asked = read(await body(request))
            if asked is None:
                return _plain("That is not what this page sends.", HTTPStatus.BAD_REQUEST)

            async def opened(_: Request) -> Response:
                async with self._turns.among_others():
                    await self._open()
                    return await endpoint(asked)

            return await self._guarded(opened, request)

        return answer

    def ending(self, anew: Callable[[], Awaitable[None]]) -> Handler:
        """Ends what there is, when nobody is at anything, and begins anew."""

        async def begin(_: Request) -> Response:
            async with self._turns.alone():
                await self._open()
                await anew()
            return JSONResponse({})

        async def answer(request: Request) -> Response:
            if not self._guard.may_change(request):
                return _plain("This page is for this machine only.", HTTPStatus.FORBIDDEN)
            return await self._guarded(begin, request)

        return answer

    async def _guarded(self, endpoint: Handler, request: Request) -> Response:
        """Whatever breaks becomes an answer with a reference number."""
        try:
            response = await endpoint(request)
        except (Unknown, HTTPException):
            response = _plain("There is nothing here.", HTTPStatus.NOT_FOUND)
        except Exception as fault:  # noqa: BLE001 - logged under its reference
            reference = self._fault(fault, request.url.path)
            response = _plain(f"Something broke ({reference}).", HTTPStatus.INTERNAL_SERVER_ERROR)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    # --- reading -------------------------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        asked = request.query_params.get("lang", "")
        accepted = request.headers.get("accept-language", "")
        language = asked if asked in LANGUAGES else wished(accepted) or LANGUAGES[0]
        return HTMLResponse(self._pages.page(language, self._guard.token, FIRST))

    async def static(self, request: Request) -> Response:
        file = static.find(request.path_params["path"])
        if file is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if file not in self._kept:
            self._kept[file] = await asyncio.to_thread(file.read_bytes)
        return Response(self._kept[file], media_type=static.TYPES[file.suffix])

    async def events(self, request: Request) -> Response:
        """What stands in the chats, and then whatever changes."""
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        headers = {"X-Accel-Buffering": "no", **HEADERS}
        return StreamingResponse(self._stream(seen), media_type="text/event-stream", headers=headers)

    async def _stream(self, seen: str) -> AsyncIterator[str]:
        ended = None
        while (feed := (stage := await self._open()).feed) is not ended:
            epoch, _, number = seen.partition(".")
            after = int(number) if epoch == feed.epoch and number.isdecimal() and len(number) < 20 else 0
            if not after:
                yield f"event: anew\ndata: {json.dumps({'epoch': feed.epoch})}\n\n"
            async for change in feed.changes(after, PULSE_SECONDS):
                yield _told(stage, change)
            ended = feed  # where others are there by now, it goes on with those

    async def record(self, request: Request) -> Response:
        language = request.query_params.get("lang", "")
        async with self._turns.among_others():
            stage = await self._open()
            with speaking(language):
                return HTMLResponse(self._pages.record(await stage.record(language)))

    async def picture(self, request: Request) -> Response:
        await self._open()
        return Response(
            await self._stage.picture(request.path_params["name"]),
            media_type="image/png",
            headers={"Cache-Control": "private, max-age=3600"},
        )

    async def file(self, request: Request) -> Response:
        """Never shown as a page: whatever is in it is saved."""
        await self._open()
        name, content = await self._stage.file(request.path_params["name"])
        return Response(
            content,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
        )

    # --- doing ---------------------------------------------------------------------------------------------------

    async def run(self, asked: Json) -> Response:
        who = self._who(asked)
        return self._outcome(who, await self._stage.run(who, word(asked, "line")))

    async def home(self, asked: Json) -> Response:
        await self._stage.open_home(self._who(asked, home=True))
        return JSONResponse({})

    async def press(self, asked: Json) -> Response:
        who = self._who(asked, home=True)
        control = asked.get("control")
        words = {str(key): str(value) for key, value in control.items()} if isinstance(control, dict) else {}
        return self._outcome(who, await self._stage.press(who, word(asked, "item"), words))

    async def fill(self, asked: Json) -> Response:
        who = self._who(asked, home=True)
        values = asked.get("values")
        filled = {name: typed(value) for name, value in values.items()} if isinstance(values, dict) else {}
        return self._outcome(who, await self._stage.fill(who, word(asked, "form"), filled))

    async def search(self, asked: Json) -> Response:
        found = await self._stage.search(
            self._who(asked), word(asked, "form"), word(asked, "name"), word(asked, "typed")[:100]
        )
        return JSONResponse([{"line": value, "label": label, "hint": ""} for value, label in found])

    async def complete(self, asked: Json) -> Response:
        who = self._who(asked)

        async def ask(
            command: Command, given: Mapping[str, str], option: Option, typed: str
        ) -> list[tuple[str, str]]:
            return await self._stage.complete(who, command.name, given, option.name, typed)

        with speaking(self._language(who)):
            found = await lines.suggestions(word(asked, "line"), ask)
        return JSONResponse([each._asdict() for each in found])

    async def advance(self, asked: Json) -> Response:
        moved = await self._stage.advance(word(asked, "far")[:20])
        return JSONResponse({"moved": moved})

    async def join(self, asked: Json) -> Response:
        name = " ".join(word(asked, "name").split())[:40]
        if not name:
            raise Unknown
        return JSONResponse({"person": self._stage.join(name)})

    async def room(self, asked: Json) -> Response:
        name = "-".join(word(asked, "name").strip().lower().removeprefix("#").split())
        if not _ROOM.fullmatch(name):
            raise Unknown
        self._stage.open_room(name)
        return JSONResponse({"room": name})

    async def greet(self, asked: Json) -> Response:
        await self._stage.greet(word(asked, "language"))
        return JSONResponse({})

    async def speak(self, asked: Json) -> Response:
        who = self._who(asked)
        await self._stage.speak(who.platform, who.person, word(asked, "language"))
        return JSONResponse({})

    async def dismiss(self, asked: Json) -> Response:
        self._stage.dismiss(self._who(asked), word(asked, "item"))
        return JSONResponse({})

    def _outcome(self, who: Who, outcome: Outcome) -> Response:
        """The item that answers, as the stream will bring it too, or the form to fill in."""
        item = self._stage.feed.find(outcome.item) if outcome.item else None
        form = ""
        if outcome.form is not None:
            with speaking(self._language(who)):
                form = self._pages.form(who.platform, outcome.form, *self._stage.pickable(who.platform))
        return JSONResponse({"item": item and _as_json(item), "form": form})

    def _who(self, asked: Json, *, home: bool = False) -> Who:
        """Who asks, and where; whoever is at home and does something else than that, does it in their direct messages."""
        who = Who(word(asked, "platform"), word(asked, "person"), word(asked, "channel"))
        if who.platform in WITH_HOME and who.channel == HOME:
            return who if home else who._replace(channel=DIRECT)
        if who.platform not in CHATS or who.channel not in {DIRECT, *self._stage.rooms(who.platform)}:
            raise Unknown
        return who

    def _language(self, who: Who) -> str:
        return next((f.language for f in self._stage.faces(who.platform) if f.key == who.person), "")


def _told(stage: Stage, change: Change) -> str:
    done, code = stage.steps()
    state = {
        "now": iso(stage.now()),
        "people": {chat: [face._asdict() for face in stage.faces(chat)] for chat in CHATS},
        "rooms": {chat: list(stage.rooms(chat)) for chat in CHATS},
        "done": done,
        "code": code,
        "items": [_as_json(item) for item in change.items],
    }
    return f"id: {stage.feed.epoch}.{change.number}\nevent: change\ndata: {json.dumps(state)}\n\n"


def _as_json(item: Item) -> Json:
    return {
        "id": item.id,
        "platform": item.platform,
        "channel": item.channel,
        "person": item.person,
        "kind": item.kind,
        "place": item.place,
        "number": item.number,
        "title": item.title,
        "html": item.html,
        "gone": item.gone,
    }


def _plain(words: str, status: HTTPStatus) -> Response:
    return Response(f"{words}\n", status, media_type="text/plain", headers=dict(HEADERS))
