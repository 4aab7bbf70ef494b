"""What the settings and the plan of a workspace allow: asked wherever somebody invites, joins or approves."""

from __future__ import annotations

from collections.abc import Iterable

from core import policy, text
from core.cards import Say, Text
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import says, t
from core.permissions import Role, Standing
from core.views.common import list_of

#: How many domains a sentence names.
_NAMED = 5


def oversight_rank(ctx: Context) -> int | None:
    """The rank of the lowest role with ``member:remove``, None where there is none."""
    return min((role.rank for role in ctx.workspace.roles_with(policy.OVERSEE)), default=None)


def may_invite(ctx: Context, standing: Standing | None = None) -> bool:
    """Whether somebody of that standing, or else the person, may invite: by their role, and by ``members_can_invite``."""
    mine = ctx.member.standing if ctx.member else None
    return policy.may_invite(
        standing or mine,
        everyone=ctx.workspace.setting("members_can_invite"),
        floor=oversight_rank(ctx),
    )


def waits(ctx: Context, answerable: Iterable[Standing | None], roles: list[Role]) -> bool:
    """Whether a join needs an approval now. ``answerable``: the standings of all who answer for the invitation."""
    setting = ctx.workspace.setting
    everyone, floor = setting("members_can_invite"), oversight_rank(ctx)
    return any(
        policy.needs_approval(setting("join_policy"), standing, roles, everyone=everyone, floor=floor)
        for standing in answerable
    )


def check_links(ctx: Context) -> None:
    """Refuses a new link where links are switched off."""
    if not ctx.workspace.setting("invite_links"):
        raise Refusal(RefusalCode.LINKS_OFF, who=_who_changes(ctx, "setting:invite_links value:on"))


def _who_changes(ctx: Context, options: str) -> str | Text:
    """Who could change a setting that is in the way; to somebody who can, how."""
    if not ctx.standing.has("workspace:configure"):
        return ctx.who_has("workspace:configure")
    return says("You can change that with {command}.", command=Say("workspace set", options))


def domains(ctx: Context) -> list[str]:
    """The only domains whose people may join; empty for any."""
    found: list[str] = ctx.workspace.setting("allowed_domains")
    return found


def takes_domain(ctx: Context, domain: str) -> bool:
    """Exact after normalising: a sub-domain or a look-alike suffix is another domain."""
    allowed = domains(ctx)
    return not allowed or domain in allowed


def takes_address(ctx: Context, address: str) -> bool:
    """Whether somebody with this address (in its normal form) may join. Whether it is theirs is another question."""
    return takes_domain(ctx, address.rpartition("@")[2])


def check_domain(ctx: Context, domain: str) -> None:
    """Refuses an invitation for a domain from which nobody could join."""
    if not takes_domain(ctx, domain):
        who = _who_changes(ctx, "setting:allowed_domains")
        raise Refusal(RefusalCode.DOMAIN_CLOSED, domain=domain, domains=domain_words(ctx), who=who)


def domain_words(ctx: Context) -> str:
    """The allowed domains in a sentence, for members."""
    found = domains(ctx)
    more = len(found) - _NAMED
    return (
        list_of((*found[:_NAMED], t("{count} more", count=more)), "or")
        if more > 0
        else list_of(tuple(found), "or")
    )


def check_newcomer(ctx: Context, inviter: str) -> None:
    """Refuses a joiner who cannot prove an address at an allowed domain, whatever the invitation."""
    if not domains(ctx):
        return
    proven = text.email(ctx.actor.email or "")
    name = ctx.workspace.name
    if proven is None:
        raise Refusal(RefusalCode.DOMAIN_NOT_PROVEN, workspace=name, inviter=inviter)
    if not takes_address(ctx, proven):
        raise Refusal(RefusalCode.DOMAIN_DIFFERS, workspace=name, inviter=inviter)


def gone(ctx: Context, role_ids: Iterable[str]) -> bool:
    """Whether one of these roles was deleted since it was chosen."""
    return any(role_id not in ctx.workspace.roles for role_id in role_ids)


def check_on_plan(ctx: Context, roles: Iterable[Role]) -> None:
    """Refuses roles that do not count on the workspace's plan."""
    plan = ctx.workspace.plan
    for role in roles:
        if not role.on(plan):
            raise Refusal(RefusalCode.ROLE_NOT_ON_PLAN, role=role.name, plan=plan)
