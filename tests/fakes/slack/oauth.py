"""Installing the app in a team by OAuth: the question whether to allow it, and the exchange of the code for a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.webapi import method

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Team, User
    from tests.fakes.slack.server import FakeSlack

CLIENT_ID = "1111.2222"
CLIENT_SECRET = "fake-client-secret"
_CODE_LIFE = 600


@dataclass(slots=True)
class Consent:
    """What somebody has allowed: the code that the app gets for it works once."""

    team: Team | None
    enterprise: tuple[str, str] | None
    user: User
    redirect_uri: str
    scopes: str
    expires: float
    used: bool = False


def allow(
    slack: FakeSlack, url: str, user: User, *, team: Team | None, enterprise: tuple[str, str] | None = None
) -> str:
    """Somebody reads Slack's question at `url` and allows it; where their browser is sent then."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked.get("client_id") == CLIENT_ID, asked
    assert asked.get("scope"), "an installation without scopes"
    assert asked.get("redirect_uri"), asked
    code = slack.state.new_id("code-")
    slack.consents[code] = Consent(
        team, enterprise, user, asked["redirect_uri"], asked["scope"], slack.clock() + _CODE_LIFE
    )
    return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"


def refuse(url: str) -> str:
    """They press Cancel."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}"


@method("oauth.v2.access", "code", "client_id client_secret redirect_uri grant_type", open_to_all=True)
def access(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    del team
    if (args.get("client_id"), args.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise SlackError("bad_client_secret")
    consent = slack.consents.get(str(args["code"]))
    if consent is None or consent.used or consent.expires < slack.clock():
        raise SlackError("invalid_code")
    if args.get("redirect_uri") != consent.redirect_uri:
        raise SlackError("bad_redirect_uri")
    consent.used = True
    where = consent.team or slack.state.teams[consent.user.team_id]
    where.scopes = set(consent.scopes.split(","))
    where.token_error = None
    slack.installed += 1
    # A new installation is a new token, and the one before is dead.
    where.bot_token = f"xoxb-{where.id}-{slack.installed}"
    named = None if consent.enterprise is None else dict(zip(("id", "name"), consent.enterprise, strict=True))
    return {
        "access_token": where.bot_token,
        "token_type": "bot",
        "scope": consent.scopes,
        "bot_user_id": where.bot_user_id,
        "app_id": slack.app_id,
        "team": None if consent.team is None else {"id": where.id, "name": where.name},
        "enterprise": named,
        "is_enterprise_install": consent.team is None,
        "authed_user": {"id": consent.user.id},
    }
