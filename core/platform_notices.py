"""What people are told when a platform does not let Usher do what was decided, read again when it is sent."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core import requests, views
from core.cards import Card
from core.context import Context
from core.effects import APPLIED, effect_of, mark_of
from core.language import t
from core.lifecycle import RequestStatus
from core.models import resources
from core.platform_words import troubled, troubles
from core.request_kinds import kind_of
from core.views.platforms import Outside

_RESOURCE = select(resources.c.name).where(
    resources.c.workspace_id == bindparam("ws"), resources.c.resource_id == bindparam("res")
)


def barred(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To those who can mend it, while it is so. ``subject``: the resource, a mark of the trouble, and the day."""
    standing = ctx.standing_of(recipient.removeprefix("member:"))
    if standing is None or not standing.has("workspace:configure"):
        return None
    resource_id, mark, _ = subject.split("@")
    rows = [row for row in troubled(ctx, resource_id) if mark_of(row.trouble) == mark]
    if not rows:
        return None
    outside = Outside(rows[0].platform, rows[0].kind, rows[0].outside_id)
    name = _name(ctx, resource_id)
    return views.platform_barred(name, resource_id, outside, troubles(ctx, rows))


def effect(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To whoever asked, or decided, while it is so. ``subject``: the request, and what its effect had come to."""
    request_id, _, to = subject.partition("@")
    row = requests.load(ctx, request_id)
    if row is None or row.status != RequestStatus.APPROVED.value or row.effect != to:
        return None
    if recipient.startswith("person:"):
        return kind_of(row).outcome(ctx, row)
    found = effect_of(ctx, row)
    name = _name(ctx, row.facts.get("resource", ""))
    return views.effect_told(row.name, name, request_id, found.title, found.words, done=to == APPLIED)


def _name(ctx: Context, resource_id: str) -> str:
    params = {"ws": ctx.workspace.workspace_id, "res": resource_id}
    return ctx.connection.execute(_RESOURCE, params).scalar() or t("what was deleted")
