"""Approval policies in words: who has to say yes, and everything else that people should know about it."""

from __future__ import annotations

import re

from core import durations
from core.approval_judging import Outcome
from core.approval_policy import Act, By, Panel, Policy, Who
from core.approval_reading import Known
from core.language import mark, t
from core.text import either
from core.views.common import list_of

_NUMBERS = (
    mark("no"),
    mark("one"),
    mark("two"),
    mark("three"),
    mark("four"),
    mark("five"),
    mark("six"),
    mark("seven"),
    mark("eight"),
    mark("nine"),
    mark("ten"),
)
#: What those do who have one of Usher's own permissions.
MAY = {
    "member:invite": mark("invite people"),
    "member:remove": mark("remove members"),
    "role:assign": mark("give roles"),
    "role:define": mark("make and change roles"),
    "group:manage": mark("look after groups"),
    "resource:manage": mark("look after resources"),
    "resource:grant": mark("give access"),
    "resource:all": mark("reach every resource"),
    "request:approve": mark("approve requests"),
    "workspace:create": mark("make workspaces"),
    "workspace:configure": mark("change the settings"),
    "workspace:delete": mark("delete the workspace"),
    "audit:view": mark("read the record"),
}
#: What people do with a request, as a sentence about reasons names it.
_ACTS = {Act.ASK: mark("ask"), Act.APPROVE: mark("approve"), Act.DENY: mark("deny")}
#: Names of roles that mean one person each, so that an s makes several of them.
_COUNTABLE = re.compile(
    r"(?!.* (?:of|for|in|and|to) ).*(?:er|or|ist|yst|ian|ant|lead|head|admin|chief|guest|agent)",
    re.IGNORECASE,
)


def who_approves(policy: Policy, known: Known) -> str:
    """``two of Design leads, and one Admin``; ``anyone who may approve requests``."""
    panels = [_panel(panel, known) for panel in policy.panels]
    if len(panels) == 1:
        return panels[0]
    return t("{names}, and {last}", names=", ".join(panels[:-1]), last=panels[-1])


def in_words(policy: Policy, known: Known) -> tuple[str, ...]:
    """All of it, a sentence each."""
    return tuple(
        filter(
            None,
            (
                t("Approved by {who}.", who=who_approves(policy, known)),
                _once(policy),
                _denials(policy),
                t("People may answer their own requests.")
                if policy.own
                else t("Nobody answers their own request."),
                t("It waits {life}, then it expires.", life=durations.show(policy.life)),
                _reminders(policy),
                _escalation(policy, known),
                _backups(policy, known),
                _reasons(policy),
                _emergency(policy, known),
            ),
        )
    )


def progress(policy: Policy, outcome: Outcome, known: Known) -> str:
    """How far it is, where more than one has to say yes: ``1 of 2 approvals``, each panel apart where there are several."""
    parts = []
    if len(policy.panels) > 1:
        parts = [
            f"{_panel(panel, known)}: {count}"
            for panel, count in zip(policy.panels, outcome.panels, strict=True)
        ]
    elif outcome.approvals.needs > 1:
        parts = [t("{count} approvals", count=outcome.approvals)]
    if outcome.denials.needs > 1 and outcome.denials.have:
        parts.append(t("{count} denials", count=outcome.denials))
    return "; ".join(parts)


def _denials(policy: Policy) -> str:
    word = number(policy.denials).capitalize()
    if policy.denials == 1:
        return t("{number} denial ends it.", number=word)
    return t("{number} denials end it.", number=word)


def number(count: int) -> str:
    return t(_NUMBERS[count]) if count < len(_NUMBERS) else str(count)


# --- people ---------------------------------------------------------------------------------------------------------


def _panel(panel: Panel, known: Known) -> str:
    if panel.needs == 1:
        return either(_one(who, known) for who in panel.who)
    return t("{number} of {who}", number=number(panel.needs), who=_several(panel.who, known))


def _one(who: Who, known: Known) -> str:
    name = known.name(who)
    match who.by:
        case By.PERMISSION:
            return (
                t("anyone who may {act}", act=t(MAY[who.ref]))
                if who.ref in MAY
                else t("anyone with {permission}", permission=who.ref)
            )
        case By.ROLE:
            if name is None:
                return t("one with a role that is gone")
            return (
                t("the {name}", name=name) if known.roles[who.ref].exactly_one else t("one {name}", name=name)
            )
        case By.GROUP:
            return t("one of a group that is gone") if name is None else t("one of {name}", name=name)


def _several(who: tuple[Who, ...], known: Known) -> str:
    return either(_all(each, known) for each in who)


def _all(who: Who, known: Known) -> str:
    name = known.name(who)
    match who.by:
        case By.PERMISSION:
            return (
                t("those who may {act}", act=t(MAY[who.ref]))
                if who.ref in MAY
                else t("those with {permission}", permission=who.ref)
            )
        case By.ROLE:
            if name is None:
                return t("those with a role that is gone")
            if known.roles[who.ref].exactly_one:
                return t("the {role}", role=name)
            return (
                t("{role}s", role=name)
                if _COUNTABLE.fullmatch(name)
                else t("those with the role {role}", role=name)
            )
        case By.GROUP:
            return t("a group that is gone") if name is None else t("{group}", group=name)


# --- sentences ------------------------------------------------------------------------------------------------------


def _once(policy: Policy) -> str:
    return t("Everybody counts once.") if len(policy.panels) > 1 else ""


def _reminders(policy: Policy) -> str:
    waits = [durations.show(at) for at in policy.reminders_at(0)]
    if not waits:
        return t("Nobody is reminded.")
    return t("Approvers are reminded after {times}.", times=list_of(waits))


def _escalation(policy: Policy, known: Known) -> str:
    if policy.escalate is None:
        return ""
    after = durations.show(policy.escalate.after)
    return t("After {time} it also goes to {who}.", time=after, who=_several(policy.escalate.to, known))


def _backups(policy: Policy, known: Known) -> str:
    if not policy.backups:
        return ""
    who = _several(policy.backups, known)
    if policy.escalate:
        return t("As back-ups, {who} may answer at any time and are told of it only then.", who=who)
    return t("As back-ups, {who} may answer at any time and are not told of it.", who=who)


def _reasons(policy: Policy) -> str:
    acts = [t(_ACTS[act]) for act in Act if policy.needs_reason(act)]
    return t("To {acts}, a reason is needed.", acts=list_of(acts)) if acts else ""


def _emergency(policy: Policy, known: Known) -> str:
    if policy.emergency is None:
        return ""
    most = durations.show(policy.emergency.most)
    return t(
        "In an emergency {who} takes it at once, for {most} at most, and it is looked at afterwards.",
        who=_one(Who(By.PERMISSION, policy.emergency.permission), known),
        most=most,
    )
