"""The button Approve with less: a private card on which an approver chooses how much, and confirms it.

Each choice makes a new intent with what is chosen by then: what a card shows is what its button Confirm gives, however
many of them stand about.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from core import durations, forms, intents, views
from core.approval_terms import Terms, beside, kept_terms, read_terms, roles_in_words, time_in_words
from core.cards import Card, Choice, Field, Menu, When, text
from core.catalogue import action
from core.context import Context
from core.deciding import check_answerable, check_reason, decide, verdict
from core.errors import Refusal, RefusalCode
from core.language import t
from core.less import NONE, asked_of, check, in_words, levels_below, may_be_none, roles_below, times_below
from core.lifecycle import RequestStatus
from core.permissions import Level
from core.policy import Verdict
from core.request_commands import find

INTENT = "less"
#: So many roles have a drop-down of their own; of more than that the typed twin takes care.
MOST_MENUS = 3
_AS_ASKED = "-"


@action("request.less", "Approve with less", needs="member", live=True, asks="request.give_less")
def press_less(ctx: Context, request_id: str) -> Card:
    row = find(ctx, request_id)
    check_answerable(ctx, row)
    check_reason(row, RequestStatus.APPROVED, "")
    asked = asked_of(ctx, row)
    return forms.beside(ctx, _offer(ctx, row, asked, asked), "request.give_less", row.request_id)


@action("request.choose", "Give instead", needs="member")
def choose(ctx: Context, rest: str) -> Card:
    """One choice more; ``rest`` says of which intent, and which of its menus."""
    intent_id, _, what = rest.partition(".")
    made = intents.load(ctx, intent_id)
    if made is None or made.kind != INTENT or made.created_by != ctx.me.member_id:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if made.expires_at <= ctx.at:
        raise Refusal(RefusalCode.CONFIRM_TOO_LATE, until=When(made.expires_at))
    row = find(ctx, made.subject)
    check_answerable(ctx, row)
    asked = asked_of(ctx, row)
    chosen = str(ctx.call.options.get("choice", ""))
    return _offer(ctx, row, asked, _changed(ctx, asked, _read(ctx, row, made.facts), what, chosen))


def _read(ctx: Context, row: Row[Any], facts: dict[str, Any]) -> Terms:
    return read_terms(facts["terms"], ctx.workspace.roles_of(row.roles), ctx.workspace.roles)


def _changed(ctx: Context, asked: Terms, given: Terms, what: str, chosen: str) -> Terms:
    """What is given with one thing chosen anew."""
    kind, _, place = what.partition(".")
    known = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 9
    if kind == "role" and place.isdecimal() and int(place) < len(asked.roles):
        number = int(place)
        role = asked.roles[number] if chosen == _AS_ASKED else ctx.workspace.roles.get(chosen)
        if role is not None or chosen == NONE:
            return given._replace(roles=(*given.roles[:number], role, *given.roles[number + 1 :]))
    if kind == "level" and (chosen == _AS_ASKED or (known and int(chosen) in set(Level))):
        return given._replace(level=asked.level if chosen == _AS_ASKED else Level(int(chosen)))
    if kind == "for" and (chosen == _AS_ASKED or known):
        return given._replace(seconds=asked.seconds if chosen == _AS_ASKED else int(chosen))
    raise Refusal(RefusalCode.UNKNOWN_BUTTON)


def _offer(ctx: Context, row: Row[Any], asked: Terms, given: Terms) -> Card:
    """The card with what can be chosen, and with Confirm as soon as that is less and this person may give it."""
    check(ctx, row, asked, given)
    subject = intents.announce(ctx, INTENT, row.request_id, {"terms": kept_terms(given, asked)})
    menus = _menus(ctx, row, asked, subject)
    if not menus:
        raise Refusal(RefusalCode.NOTHING_LESS, name=row.name, asked=in_words(asked))
    trouble = ""
    if given != asked and verdict(ctx, row, given) is not Verdict.MAY:
        trouble = t("That is still more than you may give yourself, or for longer. Choose less.")
    fields = _fields(asked, given)
    ready = given != asked and not trouble
    return views.less_offered(row.name, row.request_id, fields, menus, trouble, subject if ready else "")


def _fields(asked: Terms, given: Terms) -> tuple[Field, ...]:
    fields = []
    if asked.roles:
        fields.append(Field(t("Role"), text(beside(roles_in_words(given), roles_in_words(asked)))))
    if asked.level is not None and given.level is not None:
        fields.append(Field(t("Level"), text(beside(given.level.word, asked.level.word))))
    lasts = beside(time_in_words(given), time_in_words(asked))
    return (*fields, Field(t("Lasts"), text(lasts)))


def _menus(ctx: Context, row: Row[Any], asked: Terms, subject: str) -> tuple[Menu, ...]:
    found = []
    for number, wanted in enumerate(asked.roles[:MOST_MENUS]):
        if wanted is None:
            continue
        may = [role for role in roles_below(ctx, row, wanted) if ctx.standing.may_give(role)]
        choices = [Choice(role.role_id, role.name) for role in may]
        if may_be_none(ctx, row, asked):
            choices.append(Choice(NONE, t("no role")))
        label = t("Instead of {role}", role=wanted.name)
        # Back to what was asked for: where this person may not give it, there is no way back to it.
        found.append((label, f"role.{number}", wanted.name if ctx.standing.may_give(wanted) else "", choices))
    levels = [Choice(str(int(level)), level.word) for level in levels_below(ctx, row, asked)]
    found.append((t("Level"), "level", asked.level.word if asked.level else "", levels))
    times = [
        Choice(str(each), t("for {time}", time=durations.show(each))) for each in times_below(row, asked)
    ]
    found.append((t("For how long"), "for", time_in_words(asked), times))
    return tuple(
        Menu(
            label,
            "request.choose",
            f"{subject}.{what}",
            (*choices, *([Choice(_AS_ASKED, t("{given}, as asked", given=as_asked))] if as_asked else [])),
        )
        for label, what, as_asked, choices in found
        if choices
    )


@intents.confirms(INTENT)
def _confirmed(ctx: Context, subject: str, facts: dict[str, Any]) -> Card:
    row = find(ctx, subject)
    check_answerable(ctx, row)
    asked, given = asked_of(ctx, row), _read(ctx, row, facts)
    check(ctx, row, asked, given)
    return decide(ctx, row, RequestStatus.APPROVED, "", None if given == asked else given)
