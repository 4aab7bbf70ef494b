"""Slack for several teams at once: for each call and each message the token of the team that it belongs to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot

from adapters.slack.errors import as_delivery_error
from adapters.slack.installations import Installations
from adapters.slack.listeners import Listeners
from adapters.slack.platform import SlackPlatform, patient_client
from core.calls import Identity
from core.cards import Card, Home
from core.ports import Access, Disconnected, Forbidden, MessageRef, Target

log = structlog.get_logger("usher.slack")

#: Teams for which something is kept in memory.
_TEAMS = 500
#: What the relay gives up on: nothing can be posted to a team until Usher is installed there again.
NOT_INSTALLED = "not_installed"
#: Tells the core that Usher is out of a team, or back: the team, and whether it is out.
T = TypeVar("T")
Moved = Callable[[str, bool], Awaitable[object]]


def authorize(installations: Installations) -> Callable[..., Awaitable[AuthorizeResult | None]]:
    """For Bolt: whose token a request's answers go out with."""

    async def found(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        bot = await installations.of_team(team_id or "", enterprise_id)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_scopes=bot.bot_scopes,
        )

    return found


class PerTeam:
    """Bolt calls these; each team has listeners of its own, so that nothing one team's know is used for another's."""

    def __init__(self, make: Callable[[str], Listeners]) -> None:
        self._make = make
        self._made: OrderedDict[tuple[str, str], Listeners] = OrderedDict()

    def of(self, context: AsyncBoltContext) -> Listeners:
        token, team = str(context.bot_token or ""), str(context.team_id or "")
        known = self._made.get((team, token))
        if known is None:
            known = self._made[team, token] = self._make(token)
            if len(self._made) > _TEAMS:
                self._made.popitem(last=False)
        self._made.move_to_end((team, token))
        return known

    async def on_command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).on_command(ack, body)

    async def on_click(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).on_click(ack, body)

    async def on_submit(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).forms.on_submit(ack, body)

    async def on_options(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).forms.on_options(ack, body)

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).forms.on_shortcut(ack, body)

    async def on_message(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).on_message(body)

    async def on_home(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).at_home.on_opened(body)

    async def on_link(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self.of(context).at_home.on_link(body)

    async def on_error(
        self, error: Exception, body: dict[str, Any], context: AsyncBoltContext
    ) -> BoltResponse | None:
        return await self.of(context).on_error(error, body)


class Departures:
    """What is done when a team takes Usher out, and how that is noticed where nobody says so."""

    def __init__(self, installations: Installations, api_url: str | None, moved: Moved) -> None:
        self._installations = installations
        self._api_url = api_url
        self._moved = moved

    async def on_gone(self, body: dict[str, Any]) -> None:
        """``app_uninstalled`` and ``tokens_revoked``: they come in any order, twice, and late, after a new installation."""
        tokens = (body.get("event") or {}).get("tokens")
        if isinstance(tokens, dict) and not tokens.get("bot"):
            return  # only people's own tokens, of which Usher has none
        team, enterprise = body.get("team_id"), body.get("enterprise_id")
        bot = await self._installations.of_team(str(team or ""), enterprise)
        if bot is not None:
            await self.look(bot, str(team or ""))

    async def look(self, bot: Bot, team: str) -> None:
        """Forgets an installation whose token Slack does not take any more."""
        try:
            await patient_client(str(bot.bot_token), self._api_url).auth_test()
        except SlackApiError as refused:
            if not isinstance(as_delivery_error(refused), Disconnected):
                raise
        else:
            return  # the news are older than the installation
        await self._installations.forget(bot)
        teams = [team] if team else []
        if bot.is_enterprise_install and bot.enterprise_id:
            teams = await self._installations.teams_of(bot.enterprise_id)
        for each in teams:
            if await self._installations.of_team(each) is None:
                await self._moved(each, True)
                if await self._installations.of_team(each) is not None:
                    await self._moved(each, False)  # installed again in this very moment
        log.info("slack_team_left", teams=teams)


class SlackTeams:
    """``core.ports.ChatPlatform`` for every team in which Usher is installed."""

    name = "slack"

    def __init__(
        self,
        installations: Installations,
        departures: Departures,
        api_url: str | None = None,
        *,
        command: str = "/usher",
    ) -> None:
        self._installations = installations
        self._departures = departures
        self._api_url = api_url
        self._command = command
        self._made: OrderedDict[tuple[str, str], SlackPlatform] = OrderedDict()

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        return await self._at(
            target.realm, lambda team: team.post(target, card, key, look_first=look_first, under=under)
        )

    async def find(
        self, target: Target, card: Card, key: str, *, under: MessageRef | None = None
    ) -> MessageRef | None:
        return await self._at(target.realm, lambda team: team.find(target, card, key, under=under))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        await self._at(ref.realm, lambda team: team.edit(ref, card))

    async def show_home(self, person: Identity, home: Home, version: str) -> str | None:
        return await self._at(person.realm, lambda team: team.show_home(person, home, version))

    async def read_access(self, access: Access) -> bool:
        return await self._at(access.realm, lambda team: team.read_access(access))

    async def apply(self, access: Access, *, give: bool, reason: str) -> None:
        await self._at(access.realm, lambda team: team.apply(access, give=give, reason=reason))

    async def _at(self, realm: str, do: Callable[[SlackPlatform], Awaitable[T]]) -> T:
        """What ``do`` gives for a team. One that has taken Usher out is noticed here, too, and is not tried again."""
        try:
            bot = await self._installations.of_team(realm)
        except Exception as error:
            raise as_delivery_error(error) from error
        if bot is None:
            raise Forbidden(NOT_INSTALLED)
        try:
            return await do(self._platform(realm, str(bot.bot_token)))
        except Disconnected:
            try:
                await self._departures.look(bot, realm)
                gone = await self._installations.of_team(realm) is None
            except Exception as error:
                raise as_delivery_error(error) from error
            if gone:
                raise Forbidden(NOT_INSTALLED) from None
            raise

    def _platform(self, realm: str, token: str) -> SlackPlatform:
        known = self._made.get((realm, token))
        if known is None:
            made = SlackPlatform(patient_client(token, self._api_url), command=self._command)
            known = self._made[realm, token] = made
            if len(self._made) > _TEAMS:
                self._made.popitem(last=False)
        self._made.move_to_end((realm, token))
        return known
