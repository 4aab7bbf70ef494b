"""Installing Usher in a Slack team: there with ``/slack/install``, back with ``/slack/oauth_redirect``.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import retries
from adapters.slack.installations import Installations
from adapters.slack.manifest import SCOPES
from adapters.slack.platform import API_URL
from adapters.slack.states import STATE_SECONDS, States
from adapters.slack.teams import Moved
from core.cards import Card, Link, Tone, text
from core.language import says, t

log = structlog.get_logger("usher.slack")

INSTALL_PATH: Final = "/slack/install"
BACK_PATH: Final = "/slack/oauth_redirect"
AUTHORIZE_URL: Final = "https://slack.com/oauth/v2/authorize"
_LONGEST: Final = 2_000
_TEAM: Final = re.compile("[A-Za-z0-9]{1,40}")


class Away(NamedTuple):
    """Where the browser is sent, and the cookie by which it is known when it comes back."""

    url: str
    cookie: str


class Installing:
    """``public_url``: where this web side is seen from outside, which Slack has to know as a redirect URL."""

    def __init__(
        self,
        installations: Installations,
        states: States,
        moved: Moved,
        *,
        client_id: str,
        client_secret: str,
        public_url: str,
        api_url: str | None = None,
    ) -> None:
        self._installations = installations
        self._states = states
        self._moved = moved
        self.install_url = f"{public_url}{INSTALL_PATH}"
        client = AsyncWebClient(base_url=api_url or API_URL, retry_handlers=retries())
        settings = AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=f"{public_url}{BACK_PATH}",
            authorization_url=AUTHORIZE_URL if api_url is None else _beside(api_url),
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=STATE_SECONDS,
        )
        self._flow = AsyncOAuthFlow(client=client, settings=settings)

    async def begin(self, team: str = "") -> Away:
        """Sends the browser to Slack, which asks whether Usher may."""
        state = await self._states.async_issue()
        settings = self._flow.settings
        # The SDK puts the word into the address as it is: with an ampersand in it, a link could ask for other scopes.
        known = team if _TEAM.fullmatch(team) else None
        url = settings.authorize_url_generator.generate(state=state, team=known)
        return Away(url, settings.state_utils.build_set_cookie_for_new_state(state))

    async def finish(self, query: Mapping[str, str], cookies: str) -> Card:
        """What became of it, as a page. Nothing is kept unless this browser was sent to Slack from here, lately, and once."""
        given = {name: value[:_LONGEST] for name, value in query.items()}
        state, code = given.get("state", ""), given.get("code", "")
        asked: Any = {"cookie": [cookies]}
        if given.get("error"):
            return self._again(t("Slack says that it was not allowed. Nothing was changed."))
        if not state or not self._flow.settings.state_utils.is_valid_browser(state, asked):
            return self._again(t("This browser did not begin the installation here."))
        if not await self._states.async_unused(state):
            return self._late()
        installation = await self._flow.run_installation(code) if code else None
        if installation is None or not installation.bot_token:
            return self._again(t("Slack did not accept the installation."))
        # Only now: a row for each time that Slack has given a token, and none for whoever makes up a code.
        if not await self._states.async_consume(state):
            return self._late()
        return await self._kept(installation)

    async def _kept(self, installation: Installation) -> Card:
        await self._installations.async_save(installation)
        teams = [installation.team_id] if installation.team_id else []
        if installation.is_enterprise_install and installation.enterprise_id:
            teams = await self._installations.teams_of(installation.enterprise_id)
        for team in teams:
            await self._moved(team, False)
        name = installation.team_name or installation.enterprise_name or "Slack"
        log.info("slack_team_installed", team=installation.team_id, enterprise=installation.enterprise_id)
        return Card(
            t("Usher is installed in {team}", team=name),
            Tone.GOOD,
            body=(
                says(
                    "In Slack, one of the team's own admins types {command} to make a workspace, or links an existing one with "
                    "{link}.",
                    command="/usher workspace create",
                    link="/usher workspace link",
                ),
                text(t("You can close this page.")),
            ),
        )

    def _late(self) -> Card:
        return self._again(t("The way back took too long, or was used before."))

    def _again(self, why: str) -> Card:
        return Card(
            t("Usher was not installed"),
            Tone.REFUSED,
            body=(text(why), says("To try again, open {address}.", address=Link(self.install_url))),
        )


def _beside(api_url: str) -> str:
    """Where a test server asks whether an app may: beside its own Web API."""
    return f"{api_url.rstrip('/').removesuffix('/api')}/oauth/v2/authorize"
