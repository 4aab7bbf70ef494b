"""What Slack knows of the people who call: their names, their language, and facts that a command asks for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.desk import Desk
from adapters.slack import parse
from adapters.slack.access import why_not_outside
from core.calls import Actor, Channel, Outside, Value, Where
from core.language import nearest

log = structlog.get_logger("usher.slack")

#: Facts about a person that only ``users.info`` knows.
ASKED_OF_SLACK: Final = frozenset({"place_admin", "email"})
_DAY: Final = 24 * 3_600
#: For so long somebody is not looked at again where the look failed.
_PAUSE: Final = 600
_KNOWN: Final = 10_000


class _Known(NamedTuple):
    """``until``: when this is looked at again."""

    name: str
    language: str
    until: int


class People:
    """Names and languages are kept for a day. No command waits for a language: it is looked at behind the answer."""

    def __init__(
        self, desk: Desk, client: AsyncWebClient, spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._desk = desk
        self._client = client
        self._spawn = spawn
        self._known: dict[str, _Known] = {}

    def reading(self, actor: Actor) -> Actor:
        """The person with the language that they read, where it is known."""
        known = self._known.get(actor.identity.subject)
        return replace(actor, language=known.language) if known else actor

    def look_later(self, actor: Actor) -> None:
        """Called when somebody was answered: what is not known of them is looked at for the next time."""
        person, now = actor.identity.subject, self._desk.clock()
        known = self._known.get(person, _Known("", "", 0))
        if person and known.until <= now:
            # Marked first, so that one look is enough for all that they press meanwhile.
            self._keep(person, known._replace(until=now + _PAUSE))
            self._spawn(self._learn(actor))

    async def _learn(self, actor: Actor) -> None:
        try:
            found = await self._look(actor, Where(parse.PLATFORM, "", ""))
        except Exception as error:  # noqa: BLE001 - a language is not worth an answer
            log.info("language unknown", person=actor.identity.subject, error=str(error))
        else:
            await self._desk.reads(found)

    async def informed(self, actor: Actor, where: Where, facts: frozenset[str]) -> Actor:
        """The person with the facts that the command asks for, and no others. Raises what Slack raises."""
        if not facts & ASKED_OF_SLACK:
            return actor
        known = await self._look(actor, where)
        return replace(
            known,
            email=known.email if "email" in facts else None,
            place_admin=known.place_admin and "place_admin" in facts,
        )

    async def reaching(self, actor: Actor, options: Mapping[str, Value]) -> Actor:
        """The person with what Slack says of the channel that they name: why they could not let others in themselves."""
        named = next((value for value in options.values() if isinstance(value, Channel)), None)
        if named is None:
            return actor
        why_not = await why_not_outside(self._client, named.channel, actor.identity.subject)
        return replace(actor, outside=Outside(named.channel, why_not))

    async def named(self, actor: Actor) -> Actor:
        """A message's event carries no name; one that is known is used, and an id does where Slack tells none."""
        person = actor.identity.subject
        known = self._known.get(person)
        if known is not None and known.name:
            return replace(actor, name=known.name, language=known.language)
        try:
            found = await self._look(actor, Where(parse.PLATFORM, "", ""))
        except Exception as error:  # noqa: BLE001 - a name is not worth an answer
            log.warning("name unknown", person=person, error=str(error))
            return replace(actor, name=person)
        return replace(actor, name=found.name, language=found.language)

    async def _look(self, actor: Actor, where: Where) -> Actor:
        person = actor.identity.subject
        user = (await self._client.users_info(user=person, include_locale=True))["user"]
        found = replace(
            parse.with_profile(actor, where, user), language=nearest(str(user.get("locale") or ""))
        )
        self._keep(person, _Known(found.name, found.language, self._desk.clock() + _DAY))
        return found

    def _keep(self, person: str, known: _Known) -> None:
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[person] = known
