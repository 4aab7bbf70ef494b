"""Plays the people of a Slack team, over Socket Mode, against the fake Slack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.desk import Desk
from adapters.slack.app import build_app, start_socket_mode
from adapters.slack.controls import PICK
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from tests.drivers import slack_forms
from tests.drivers.base import DIRECT, GENERAL, PUBLIC_URL, Button, Clock, Seen, Thing, Trouble, Verb
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.entities import Channel, Message, User, View
from tests.fakes.slack.errors import NotPossible

_METHODS: dict[Verb, str] = {
    "post": "chat.postMessage",
    "edit": "chat.update",
    "access": "conversations.invite",
}
_KINDS: dict[Trouble, str] = {
    "rate limited": "ratelimited",
    "unavailable": "http_503",
    "lost": "lost",
    "forbidden": "not_in_channel",
    "gone": "channel_not_found",
    "disconnected": "token_revoked",
}
_TYPED = re.compile(
    r"(?P<person>@[A-Z][a-z]+\b)|(?P<all>@(?:channel|here|everyone)\b)|(?P<channel>#[a-z][a-z-]*\b)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<link>https?://[^\s&|\"]+)"
)
_MENTIONING = frozenset({"user", "usergroup", "channel", "broadcast", "emoji"})
_DATE = re.compile(r"<!date\^\d+\^[^<>|]*\|[^<>|]*>")


class SlackDriver:
    name = "slack"

    async def open(self, clock: Clock) -> None:
        self.fake = FakeSlack()
        self.fake.clock = clock
        self.fake.install(manifest(public_url=PUBLIC_URL))  # what the manifest does not ask for does not work
        await self.fake.start()
        self._people: dict[str, User] = {}
        self._channels: dict[str, Channel] = {GENERAL: self.fake.general(self.fake.team.id)}

    async def connect(self, desk: Desk) -> None:
        fake = self.fake
        self.app = build_app(desk, token=fake.bot_token, api_url=fake.api_url)
        self._handler = await start_socket_mode(self.app, fake.app_token)
        await fake.connected()
        self.platform: Any = SlackPlatform.connect(fake.bot_token, fake.api_url)

    async def disconnect(self) -> None:
        await self.app.drain()
        await self._handler.close_async()
        await self.fake.wait_for(lambda: not self.fake.socket.connections, what="the connection to close")

    async def close(self) -> None:
        await self.fake.stop()
        self.fake.assert_clean()

    # --- people --------------------------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        email: str | None = None,
        shows: str = "",
    ) -> None:
        made = self.fake.add_user(shows or name, email=email, is_admin=admin, is_restricted=guest)
        self._people[name] = made
        for channel in self._channels.values():
            channel.members.add(made.id)

    def channel(self, name: str) -> None:
        self._channels[name] = self.fake.add_channel(name, *self._people.values())

    def thing(self, name: str, keeper: str = "Ada") -> Thing:
        self._channels[name] = self.fake.add_channel(name, self._people[keeper], private=True)
        return Thing("slack-channel", f"#{name}")

    def access(self, name: str) -> set[str]:
        inside = self._channels[name].members
        return {person for person, user in self._people.items() if user.id in inside}

    def put(self, name: str, person: str, *, into: bool = True) -> None:
        inside = self._channels[name].members
        (inside.add if into else inside.discard)(self._people[person].id)

    def room(self, name: str) -> Channel:
        """A channel as Slack holds it."""
        return self._channels[name]

    def demote(self, person: str) -> None:
        """They are no admin of the Slack workspace any more."""
        self._people[person].is_admin = False

    def refuse(self, code: str, times: int = 1, *, give: bool = True) -> None:
        self.fake.fail_next("conversations.invite" if give else "conversations.kick", code, times)

    async def run(self, person: str, line: str, channel: str = GENERAL) -> Seen:
        user = self._people[person]
        where = self.fake.dm(user) if channel == DIRECT else self._channels[channel]
        before = len(self.fake.files(user))
        sent = await self.fake.command(user, "/usher", self.typed(line), channel=where)
        return self._answer(await sent.outcome(), user, before)

    async def write(self, person: str, line: str, *, again: int = 0) -> None:
        """Writes to the bot, which Slack tells of as an event: once, and ``again`` times more."""
        sent = await self.fake.say(self._people[person], self.typed(line))
        for _ in range(again):
            await self.fake.redeliver(sent)
        await self.app.drain()

    async def click(self, person: str, seen: Seen, label: str) -> Seen:
        button = seen.button(label)
        if button not in _buttons(self.fake, seen.held):
            return await self.press(person, button.action, button.subject, seen)
        user = self._people[person]
        if isinstance(seen.held, View):
            return await self._on_page(user, seen.held, label, button.subject)
        before = len(self.fake.files(user))
        sent = await self.fake.click(user, seen.held, label, value=button.subject)
        return self._answer(await sent.outcome(), user, before)

    async def choose(self, person: str, seen: Seen, menu_label: str, choice_label: str) -> Seen:
        menu, value = _picked(json.loads(seen.raw)[1], menu_label, choice_label)
        if menu not in _menus(seen.held.blocks):
            subject, _, choice = value.rpartition(PICK)
            return await self.press(person, _action(menu), subject, seen, choice)
        user = self._people[person]
        before = len(self.fake.files(user))
        sent = await self.fake.choose(user, seen.held, menu["action_id"], value)
        return self._answer(await sent.outcome(), user, before)

    async def shortcut(self, person: str, callback: str) -> Seen:
        """Uses one of Slack's own menus; a form opens, or the answer is a direct message."""
        user = self._people[person]
        sent = await self.fake.shortcut(user, callback)
        await self.app.drain()
        return self._answer(sent.views[0] if sent.views else self._own(user)[-1], user, 0)

    async def open_home(self, person: str) -> None:
        await self.fake.open_home(self._people[person])
        await self.app.drain()

    def home(self, person: str) -> Seen:
        user = self._people[person]
        view = self.fake.home(user)
        assert view is not None, f"{person} has no Home"
        return self._page(view)

    def published(self) -> int:
        return len(self.fake.calls("views.publish"))

    async def share(self, person: str, words: str, channel: str = GENERAL) -> dict[str, str]:
        """Posts words with links; what stands under each of them afterwards."""
        message, _ = await self.fake.share(self._people[person], words, channel=self._channels[channel])
        await self.app.drain()
        return self.fake.unfurled(message)

    def _page(self, view: View) -> Seen:
        heads = [block["text"]["text"] for block in view.blocks if block["type"] == "header"]
        raw = json.dumps(["", view.blocks], ensure_ascii=False)
        buttons = tuple(_buttons(self.fake, view))
        return Seen(heads[0], self.fake.text(view), buttons, private=True, held=view, raw=raw)

    async def _on_page(self, user: User, view: View, label: str, value: str) -> Seen:
        """A press on a Home: a form opens, or the answer is a direct message."""
        before = self._before(user)
        sent = await self.fake.click(user, view, label, value=value)
        await self.app.drain()
        if sent.views:
            return self._answer(sent.views[0], user, 0)
        (answer,) = [each for each in self._before(user).items() if each not in before.items()]
        return self._answer(self._found(user, answer[0]), user, 0)

    def reads(self, person: str, locale: str) -> None:
        """What the person reads, in Slack's settings."""
        self._people[person].locale = locale

    async def fill(self, person: str, seen: Seen, **values: str) -> Seen:
        assert isinstance(seen.held, View), f"no form is open: {seen.text}"
        user, view = self._people[person], seen.held
        view.body["blocks"] = json.loads(seen.raw)[1]
        given = {name.rstrip("_"): said for name, said in values.items()}

        async def offered(name: str, typed: str) -> list[dict[str, Any]]:
            ack = (await self.fake.suggest(user, view, name, typed)).ack
            return list((ack or {})["options"])

        did = await slack_forms.filled(view, given, self.id_of, offered)
        before, files = self._before(user), len(self.fake.files(user))
        sent = await self.fake.submit(user, did, view=view)
        if sent.errors:
            return replace(seen, form=slack_forms.seen(view, self._name, sent.errors))
        await self.app.drain()
        if sent.views:
            return self._answer(sent.views[-1], user, files)
        (answer,) = [each for each in self._before(user).items() if each not in before.items()]
        return self._answer(self._found(user, answer[0]), user, files)

    def _before(self, user: User) -> dict[str, int]:
        """What the person has before them alone, and how often each was changed."""
        shown = [*self.fake.seen_by(user), *self._own(user)]
        return {message.ts: message.revision for message in shown}

    def _found(self, user: User, ts: str) -> Message:
        return next(each for each in [*self.fake.seen_by(user), *self._own(user)] if each.ts == ts)

    def id_of(self, name: str) -> str:
        return self._people[name].id if name in self._people else self._channels[name].id

    def _name(self, thing_id: str) -> str:
        known: dict[str, str] = {user.id: name for name, user in self._people.items()}
        known |= {channel.id: name for name, channel in self._channels.items()}
        return known.get(thing_id, thing_id)

    async def press(
        self, person: str, action: str, subject: str, on: Seen | None = None, choice: str = ""
    ) -> Seen:
        user = self._people[person]
        held = on.held if on is not None else None
        forged = {"type": "static_select", "selected_option": {"value": f"{subject}{PICK}{choice}"}}
        before = len(self.fake.files(user))
        sent = await self.fake.raw_action(
            user, action, subject, message=held, forged=forged if choice else None
        )
        return self._answer(await sent.outcome(), user, before)

    def typed(self, line: str) -> str:
        """What Slack makes of what a person types: escaped, with people, channels, addresses and links marked."""
        escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _TYPED.sub(self._marked, escaped)

    def _marked(self, found: re.Match[str]) -> str:
        word, kind = found[0], found.lastgroup
        if kind == "person" and word[1:] in self._people:
            return f"<@{self._people[word[1:]].id}|{word[1:]}>"
        if kind == "channel" and word[1:] in self._channels:
            return f"<#{self._channels[word[1:]].id}|{word[1:]}>"
        return {"all": f"<!{word[1:]}>", "mail": f"<mailto:{word}|{word}>", "link": f"<{word}>"}.get(
            kind or "", word
        )

    # --- what stands ---------------------------------------------------------------------------------------------

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        return [self._seen(message) for message in self._own(self._channels[channel])]

    def inbox(self, person: str, newest: int = 0) -> list[Seen]:
        user = self._people[person]
        return [self._seen(message, user) for message in self._own(user)[-newest:]]

    def _own(self, where: Channel | User) -> list[Message]:
        return [message for message in self.fake.messages(where) if message.bot_id]

    def _answer(self, message: Message | View, reader: User, before: int) -> Seen:
        """An answer with the files that came with it: those stand in the reader's direct messages."""
        if isinstance(message, View):
            form = slack_forms.seen(message, self._name)
            raw = json.dumps(["", message.blocks], ensure_ascii=False)
            words = slack_forms.words(message, self._name)
            return Seen(form.title, words, (), private=True, form=form, held=message, raw=raw)
        files = self.fake.files(reader)[before:]
        return replace(self._seen(message, reader), files=tuple((file.name, file.text) for file in files))

    def _seen(self, message: Any, reader: User | None = None) -> Seen:
        heads = [block["text"]["text"] for block in message.blocks if block["type"] == "header"]
        alone = reader is not None and (
            message.ephemeral_to == reader.id or message.channel_id == self.fake.dm(reader).id
        )
        words = self.fake.text(message)
        raw = json.dumps([message.text, message.blocks], ensure_ascii=False)
        menus = _menus(message.blocks)
        return Seen(
            (heads or [words])[0],
            words,
            tuple(_buttons(self.fake, message)),
            alone,
            table=tuple(row for block in message.blocks if block["type"] == "table" for row in _rows(block)),
            files=tuple((file.name, file.text) for file in message.files),
            menus={_label(menu): [option["text"]["text"] for option in menu["options"]] for menu in menus},
            chart=" ".join(block["alt_text"] for block in message.blocks if block["type"] == "image"),
            under=self._title(self.fake.channel(message.channel_id).messages.get(message.thread_ts)),
            held=message,
            raw=raw,
        )

    def _title(self, message: Message | None) -> str:
        heads = (
            [block["text"]["text"] for block in message.blocks if block["type"] == "header"]
            if message
            else []
        )
        return heads[0] if heads else ""

    def fail_next(self, trouble: Trouble, verb: Verb = "post", times: int = 1) -> None:
        self.fake.fail_next(_METHODS[verb], _KINDS[trouble], times, retry_after=60)

    def no_forms(self) -> None:
        self.fake.fail_next("views.open", "expired_trigger_id")

    def shut(self, person: str) -> None:
        channel = self.fake.dm(self._people[person]).id
        for method, key in (("chat.postMessage", "channel"), ("files.completeUploadExternal", "channel_id")):
            self.fake.fail_next(
                method, "messages_tab_disabled", 1_000, where=lambda args, key=key: args.get(key) == channel
            )

    def put_back(self, seen: Seen, words: str = "", instead: str = "") -> None:
        raw = seen.raw.replace(words, instead) if words else seen.raw
        seen.held.text, seen.held.blocks = json.loads(raw)

    def remove(self, seen: Seen) -> None:
        del self.fake.channel(seen.held.channel_id).messages[seen.held.ts]
        seen.held.deleted = True

    def pings(self) -> list[str]:
        state = self.fake.state
        messages = [message for channel in state.channels.values() for message in channel.messages.values()]
        messages += [message for mine in state.ephemerals.values() for message in mine.values()]
        return [found for message in messages if message.bot_id for found in _pings(message)]


def _buttons(fake: FakeSlack, message: Message | View) -> list[Button]:
    return [Button(each.text, each.action_id.partition("#")[0], each.value) for each in fake.buttons(message)]


def _menus(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The drop-downs as the platform holds them."""
    return [part for part in _parts(blocks) if part.get("type") == "static_select"]


def _label(menu: dict[str, Any]) -> str:
    return str(menu["placeholder"]["text"])


def _action(menu: dict[str, Any]) -> str:
    return str(menu["action_id"]).partition("#")[0]


def _picked(blocks: list[dict[str, Any]], menu_label: str, choice_label: str) -> tuple[dict[str, Any], str]:
    """The drop-down and the value of its choice, by what stands on them."""
    found = [
        (menu, str(option["value"]))
        for menu in _menus(blocks)
        for option in menu["options"]
        if (_label(menu), option["text"]["text"]) == (menu_label, choice_label)
    ]
    if len(found) != 1:
        there = {_label(menu): [each["text"]["text"] for each in menu["options"]] for menu in _menus(blocks)}
        raise AssertionError(f"{len(found)} choices {choice_label!r} in {menu_label!r}; there are {there}")
    return found[0]


def _rows(table: dict[str, Any]) -> list[tuple[str, ...]]:
    return [tuple(str(cell["text"]) for cell in row) for row in table["rows"]]


def _pings(message: Message) -> Iterator[str]:
    """What Slack would make more of than words."""
    yield from re.findall(r"<[^>]*>", message.text)
    for part in _parts(message.blocks):
        kind = part.get("type")
        # In an answer that only its reader sees a mention shows a name and calls nobody; a channel is called nowhere.
        private = message.ephemeral_to is not None
        named = (kind == "user" and private) or (
            kind == "channel" and (private or message.channel_id[0] == "D")
        )
        if (kind in _MENTIONING and not named) or (kind == "link" and not part["url"].startswith(PUBLIC_URL)):
            yield str(part)
        if kind == "mrkdwn" and (words := _DATE.sub("", part["text"])):
            yield f"markup: {words}"


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


__all__ = ["NotPossible", "SlackDriver"]
