"""Asking to invite: whoever may not invite asks those who may, who then do it in their own name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, update

from core import intents, text, views, votes
from core import requests as asking
from core.approval_policy import Act
from core.approval_terms import Terms
from core.approvals import approvers_in_words, new_question, not_enough
from core.approvers import Lacks, find_approvers
from core.asking import check_waiting
from core.calls import EmailAddress, Identity
from core.cards import Account, Card, Line, Say, Span, Style, When
from core.carried import Carried, Lacking, carried_in, in_words, read_groups, read_resources
from core.catalogue import Kind, action, command, option
from core.context import Context, identity_of
from core.errors import Refusal, RefusalCode
from core.house_rules import may_invite
from core.invitation_checks import cannot_invite, lacking
from core.invitation_making import Asker, Wish, check_wish, lasting, make
from core.invitation_options import InvitationOptions
from core.invitations import anyone_with, code_of, load, role_names
from core.language import n, says, t
from core.lifecycle import InvitationStatus, RequestStatus, invitation_status, request_status
from core.models import requests
from core.request_kinds import RequestKind, declare
from core.seats import effect, seats_of
from core.views.asking import AskFacts, AskOutcome, ask_line
from core.views.bulk import BulkLine

INVITE_KIND = "invite"
#: So many people fit on the card of the approver, who reads them all, and with their codes on that of who asked.
ASK_LIMIT = 25

_KEEP = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        requests.c.status == RequestStatus.APPROVED.value,
    )
    .values(facts=bindparam("kept"))
)


# --- what is asked, kept as JSON ---------------------------------------------------------------------------------------


def _facts(wish: Wish, why: str) -> dict[str, Any]:
    return {
        "people": [
            list(item) if isinstance(item, Identity) else [item.address, item.name] for item in wish.people
        ],
        "roles": list(wish.roles),
        "life": wish.life,
        "until": wish.until,
        "uses": wish.uses,
        "domain": wish.domain,
        "name": wish.name,
        "note": wish.note,
        "why": why,
        **wish.carried.kept(),
    }


def _wish(facts: dict[str, Any]) -> Wish:
    people = (Identity(*item) if len(item) == 3 else EmailAddress(*item) for item in facts["people"])
    return Wish(
        tuple(people),
        tuple(facts["roles"]),
        facts["life"],
        facts["uses"],
        facts["domain"],
        facts["name"],
        facts["note"],
        facts["until"],
        carried_in(facts),
    )


def _lacks(facts: Mapping[str, Any]) -> Lacks:
    """To invite people, and to give them what the invitations are to carry."""
    gives = Lacking(carried_in(facts))
    return lambda ctx, member_id, standing: (
        lacking(ctx, member_id, standing) or gives(ctx, member_id, standing)
    )


def _topic(facts: dict[str, Any]) -> str:
    """The same for whatever asks for the same, however it was typed."""
    people = sorted(
        {(text.email(item[0]) or item[0]) if len(item) == 2 else "/".join(item) for item in facts["people"]}
    )
    life = facts["life"] if facts["until"] is None else 0
    same = {**facts, "people": people, "roles": sorted(facts["roles"]), "life": life, "why": ""}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:40]


# --- asking ----------------------------------------------------------------------------------------------------------


def offer(ctx: Context, wish: Wish) -> Card:
    """The answer to an invitation that the person may not make: who could, and a button to ask them."""
    _check(ctx, wish)
    refusal = cannot_invite(ctx)
    facts = _facts(wish, "")
    question = new_question(ctx, INVITE_KIND, ctx.workspace.roles_of(wish.roles), _lacks(facts))
    found = find_approvers(ctx, question)
    if not found.answerable:
        raise refusal
    ctx.record("refused", "invite create", what="invite create", code=refusal.code.name)
    subject = intents.announce(ctx, INVITE_KIND, _topic(facts), facts)
    rule, who = str(refusal.facts["rule"]), str(refusal.facts["who"])
    return views.cannot_invite(rule, who, approvers_in_words(ctx, found), len(wish.people), subject)


def _check(ctx: Context, wish: Wish) -> None:
    if len(wish.people) > ASK_LIMIT:
        raise Refusal(RefusalCode.TOO_MANY, count=f"{len(wish.people):,}", limit=f"{ASK_LIMIT:,}")
    check_wish(ctx, wish)


@action("invite.ask", "Ask", style=Style.PRIMARY, needs="member", asks="invite.ask_why")
def press_ask(ctx: Context, intent_id: str) -> Card:
    announced = intents.load(ctx, intent_id)
    if announced is None or announced.kind != INVITE_KIND:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return intents.confirm(ctx, intent_id)


@intents.confirms(INVITE_KIND)
def _confirmed(ctx: Context, subject: str, facts: dict[str, Any]) -> Card:
    del subject
    return ask(ctx, _wish(facts), facts["why"])


def ask_as_announced(ctx: Context, announced: Any, why: str) -> Card:
    """Makes the request that was offered, with words of the person's own."""
    return ask(ctx, _wish(announced.facts), why)


def ask(ctx: Context, wish: Wish, why: str) -> Card:
    """Makes the request, unless the person may do it themselves, it waits already, or nobody could answer it."""
    if may_invite(ctx):
        detail = says("You may invite people yourself: {/invite create}.")
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)
    _check(ctx, wish)
    if wish.until is not None and wish.until <= ctx.at:
        raise Refusal(RefusalCode.CONFIRM_TOO_LATE, until=When(wish.until))
    facts = _facts(wish, why)
    topic = _topic(facts)
    waiting, _ = asking.in_the_way(ctx, INVITE_KIND, topic=topic)
    if waiting is not None:
        until = When(waiting.expires_at)
        raise Refusal(RefusalCode.ALREADY_ASKED, request=waiting.request_id, until=until)
    check_waiting(ctx, INVITE_KIND, t("to invite"))
    roles = ctx.workspace.roles_of(wish.roles)
    question = new_question(ctx, INVITE_KIND, roles, _lacks(facts))
    if question.policy.needs_reason(Act.ASK) and not why:
        how = (Say("request invite", 'reason:"…"'),)
        raise Refusal(RefusalCode.REASON_NEEDED, what=t("to ask for this"), how=how)
    found = find_approvers(ctx, question)
    if not found.answerable:
        named = role_names(ctx, list(wish.roles))
        rule = not_enough(
            ctx, found, t("No member may both approve requests and invite people as {roles}", roles=named)
        )
        raise Refusal(RefusalCode.NOBODY_TO_ASK, rule=rule)
    row = asking.open_one(
        ctx,
        INVITE_KIND,
        list(wish.roles),
        topic=topic,
        facts={**facts, "member": ctx.me.member_id},
        until=wish.until,
    )
    ctx.record("invite.asked", row.request_id, **facts)
    return views.invite_asked(facts_of(ctx, row), approvers_in_words(ctx, found))


@dataclass(frozen=True, slots=True)
class RequestInvite(InvitationOptions):
    reason: str = option(Kind.NOTE, "why, for whoever decides", "They start on Monday", default="")


@command(
    "request invite",
    "Ask for invitations where you may not make them yourself",
    RequestInvite,
    needs="member",
)
def request_invite(ctx: Context, wanted: RequestInvite) -> Card:
    roles = dict.fromkeys(ctx.role(name).role_id for name in wanted.role)
    life, until = lasting(ctx, wanted.expires)
    wish = Wish(
        wanted.emails,
        tuple(roles),
        life,
        wanted.uses,
        wanted.domain,
        wanted.name,
        wanted.note,
        until,
        Carried(read_groups(ctx, wanted.group), read_resources(ctx, wanted.resource)),
    )
    return ask(ctx, wish, wanted.reason)


# --- deciding --------------------------------------------------------------------------------------------------------


def _allow(ctx: Context, row: Row[Any], given: Terms) -> None:
    """The approver invites, as far as they may; the codes go to who asked, as long as they are a member."""
    del given
    made = make(ctx, _wish(row.facts), Asker(row.facts["member"], row.name, row.request_id))
    results = [[line.outcome, line.short_id, line.until] for line in made.lines]
    link = "" if made.lines else made.rows[0]["invitation_id"]
    kept = {**row.facts, "results": results, "link": link, "ends": made.expires_at}
    ctx.connection.execute(_KEEP, {"ws": row.workspace_id, "req": row.request_id, "kept": kept})


def _release(ctx: Context, row: Row[Any]) -> None:
    """An open request for invitations holds nothing."""
    del ctx, row


# --- showing ---------------------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any, tally: str = "") -> AskFacts:
    """A request for invitations as cards show it. ``tally``: how far it is, where it takes several."""
    kept = row.facts
    wish = _wish(kept)
    with_them = in_words(ctx, wish.carried)
    uses = "" if wish.uses is None else ", " + n("{count} use", "{count} uses", wish.uses)
    anyone = anyone_with(wish.domain)
    return AskFacts(
        subject=ctx.subject(row.request_id),
        short_id=row.request_id,
        workspace=ctx.workspace.name,
        name=row.name,
        account=text.platform_name(row.platform),
        people=tuple(_shown(item) for item in wish.people),
        for_whom="" if wish.people else f"{anyone}{uses}",
        label=wish.name,
        roles=role_names(ctx, list(wish.roles)),
        life=wish.life,
        until=wish.until,
        note=wish.note,
        why=kept["why"],
        created_at=row.created_at,
        expires_at=row.expires_at,
        status=request_status(row, ctx.at),
        decided_at=row.decided_at,
        decided_by=votes.deciders(ctx, row),
        reason=votes.reason_of(row),
        tally=tally,
        seats=effect(seats_of(ctx), len(wish.people) or wish.uses),
        groups=with_them.groups,
        resources=with_them.resources,
    )


def _shown(item: EmailAddress | Identity) -> Span:
    if isinstance(item, Identity):
        return Account(item.platform, item.subject)
    return text.shorten(text.clean(item.address), text.LABEL_LIMIT)


def outcome_of(ctx: Context, row: Any) -> AskOutcome:
    """What an approval has made, with the codes of what is alive now."""
    kept = row.facts
    if "results" not in kept:
        return AskOutcome()
    people = [_shown(item) for item in _wish(kept).people]
    lines = tuple(
        BulkLine(person, outcome, _code(ctx, short_id), short_id, until)
        for person, (outcome, short_id, until) in zip(people, kept["results"], strict=True)
    )
    code = _code(ctx, kept["link"])
    return AskOutcome(lines, code, ctx.link(code).url if code else "", kept["ends"])


def _code(ctx: Context, invitation_id: str) -> str:
    found = load(ctx, invitation_id) if invitation_id else None
    if found is None or invitation_status(found, ctx.at) is not InvitationStatus.PENDING:
        return ""
    return code_of(ctx, found.invitation_id, found.generation)


def _outcome(ctx: Context, row: Any) -> Card | None:
    if ctx.find_member(identity_of(row.person)) is None:
        return None  # they have left since, and the codes are no business of theirs
    return views.invite_outcome(facts_of(ctx, row), outcome_of(ctx, row))


def _line(ctx: Context, row: Any, own: bool) -> Line:
    return ask_line(facts_of(ctx, row), own)


declare(
    RequestKind(
        INVITE_KIND,
        allow=_allow,
        release=_release,
        lacks=_lacks,
        card=lambda ctx, row, tally: views.invite_request(facts_of(ctx, row, tally)),
        decided=lambda ctx, row: views.invite_decided(facts_of(ctx, row), outcome_of(ctx, row)),
        withdrawn=lambda ctx, row: views.invite_withdrawn(facts_of(ctx, row)),
        outcome=_outcome,
        line=_line,
    )
)
