"""Whether Usher still is where its places are: taken out of a team or a server, it posts nothing there until it is back.

The links stay: whoever lets Usher in again finds everything as it was.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select, update

from core.context import Context
from core.models import messages, places
from core.seats import open_requests

_OF_REALM = (places.c.platform == bindparam("on_platform"), places.c.realm == bindparam("in_realm"))
_REALMS = (
    select(places.c.realm, func.count(places.c.gone_at).label("gone"))
    .where(places.c.platform == bindparam("on_platform"))
    .group_by(places.c.realm)
)
_WORKSPACES = select(places.c.workspace_id).where(*_OF_REALM).distinct().order_by(places.c.workspace_id)
_LEFT = (
    update(places)
    .where(places.c.workspace_id == bindparam("ws"), *_OF_REALM, places.c.gone_at.is_(None))
    .values(gone_at=bindparam("at"))
)
_BACK = (
    update(places)
    .where(places.c.workspace_id == bindparam("ws"), *_OF_REALM, places.c.gone_at.is_not(None))
    .values(gone_at=None)
)
_LOST = (
    messages.c.workspace_id == bindparam("ws"),
    messages.c.platform == bindparam("on_platform"),
    messages.c.realm == bindparam("in_realm"),
    messages.c.message.is_(None),
    messages.c.given_up_at.is_not(None),
)
_GIVEN_UP = select(messages.c.key).where(*_LOST).distinct()
_HOPE = update(messages).where(*_LOST).values(given_up_at=None)
_GONE = select(func.count()).where(places.c.workspace_id == bindparam("ws"), places.c.gone_at.is_not(None))
_GONE_HERE = (
    select(places.c.gone_at)
    .where(places.c.workspace_id == bindparam("ws"), *_OF_REALM, places.c.gone_at.is_not(None))
    .limit(1)
)
_ALL_GONE = (
    select(places.c.platform, places.c.realm)
    .where(places.c.gone_at.is_not(None))
    .distinct()
    .order_by(places.c.platform, places.c.realm)
)


def realms(connection: Connection, platform: str) -> dict[str, bool]:
    """The teams or servers in which a workspace has places, and whether Usher is there, as far as is known."""
    return {row.realm: not row.gone for row in connection.execute(_REALMS, {"on_platform": platform})}


def gone_realms(connection: Connection) -> list[tuple[str, str]]:
    """Where Usher was taken out although something is linked there: the platform and the team or server."""
    return [(row.platform, row.realm) for row in connection.execute(_ALL_GONE)]


def workspaces_of(connection: Connection, platform: str, realm: str) -> list[str]:
    """The workspaces that have a place in a team or server."""
    return list(connection.scalars(_WORKSPACES, {"on_platform": platform, "in_realm": realm}))


def mark(ctx: Context, platform: str, realm: str, *, gone: bool) -> None:
    """Usher was taken out of a team or server, or is back. Harmless when repeated."""
    params = {"ws": ctx.workspace.workspace_id, "on_platform": platform, "in_realm": realm}
    if gone:
        changed = ctx.connection.execute(_LEFT, params | {"at": ctx.at}).rowcount
    else:
        changed = ctx.connection.execute(_BACK, params).rowcount
    if not changed:
        return
    ctx.record("place.left" if gone else "place.back", f"{platform}/{realm}")
    if not gone:
        _try_again(ctx, params)
    else:
        # What stood there for approval is shown to the approvers themselves from now on.
        for request_id in open_requests(ctx):
            ctx.stale(request_id)


def _try_again(ctx: Context, params: dict[str, str]) -> None:
    """What could not be delivered there is looked at again: sent where it still is true."""
    keys = list(ctx.connection.scalars(_GIVEN_UP, params))
    if keys:
        ctx.connection.execute(_HOPE, params)
        for key in keys:
            ctx.look_again(key)


def gone_places(ctx: Context) -> int:
    """How many places of the workspace are out of reach."""
    return int(ctx.connection.execute(_GONE, {"ws": ctx.workspace.workspace_id}).scalar_one())


def is_gone(ctx: Context, platform: str, realm: str) -> bool:
    params = {"ws": ctx.workspace.workspace_id, "on_platform": platform, "in_realm": realm}
    return ctx.connection.execute(_GONE_HERE, params).first() is not None
