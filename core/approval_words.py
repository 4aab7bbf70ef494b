"""Approval policies in words: who has to say yes, and everything else that people should know about it."""

from __future__ import annotations

import re

from core import durations
from core.approval_judging import Outcome
from core.approval_policy import Act, By, Panel, Policy, Who
from core.approval_reading import Known

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: What those do who have one of Usher's own permissions.
MAY = {
    "member:invite": "invite people",
    "member:remove": "remove members",
    "role:assign": "give roles",
    "role:define": "make and change roles",
    "group:manage": "look after groups",
    "resource:manage": "look after resources",
    "resource:grant": "give access",
    "resource:all": "reach every resource",
    "request:approve": "approve requests",
    "workspace:create": "make workspaces",
    "workspace:configure": "change the settings",
    "workspace:delete": "delete the workspace",
    "audit:view": "read the record",
}
#: Names of roles that mean one person each, so that an s makes several of them.
_COUNTABLE = re.compile(
    r"(?!.* (?:of|for|in|and|to) ).*(?:er|or|ist|yst|ian|ant|lead|head|admin|chief|guest|agent)",
    re.IGNORECASE,
)


def who_approves(policy: Policy, known: Known) -> str:
    """``two of Design leads, and one Admin``; ``anyone who may approve requests``."""
    panels = [_panel(panel, known) for panel in policy.panels]
    return panels[0] if len(panels) == 1 else f"{', '.join(panels[:-1])}, and {panels[-1]}"


def in_words(policy: Policy, known: Known) -> tuple[str, ...]:
    """All of it, a sentence each."""
    return tuple(
        filter(
            None,
            (
                f"Approved by {who_approves(policy, known)}.",
                _once(policy),
                f"{number(policy.denials).capitalize()} {'denial ends' if policy.denials == 1 else 'denials end'} it.",
                "People may answer their own requests."
                if policy.own
                else "Nobody answers their own request.",
                f"It waits {durations.show(policy.life)}, then it expires.",
                _reminders(policy),
                _escalation(policy, known),
                _backups(policy, known),
                _reasons(policy),
                _emergency(policy),
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
        parts = [f"{outcome.approvals} approvals"]
    if outcome.denials.needs > 1 and outcome.denials.have:
        parts.append(f"{outcome.denials} denials")
    return "; ".join(parts)


def number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


# --- people ---------------------------------------------------------------------------------------------------------


def _panel(panel: Panel, known: Known) -> str:
    if panel.needs == 1:
        return " or ".join(_one(who, known) for who in panel.who)
    return f"{number(panel.needs)} of {_several(panel.who, known)}"


def _one(who: Who, known: Known) -> str:
    name = known.name(who)
    match who.by:
        case By.PERMISSION:
            return f"anyone {_entitled(who.ref)}"
        case By.ROLE:
            if name is None:
                return "one with a role that is gone"
            return f"the {name}" if known.roles[who.ref].exactly_one else f"one {name}"
        case By.GROUP:
            return "one of a group that is gone" if name is None else f"one of {name}"


def _several(who: tuple[Who, ...], known: Known) -> str:
    return " or ".join(_all(each, known) for each in who)


def _all(who: Who, known: Known) -> str:
    name = known.name(who)
    match who.by:
        case By.PERMISSION:
            return f"those {_entitled(who.ref)}"
        case By.ROLE:
            if name is None:
                return "those with a role that is gone"
            if known.roles[who.ref].exactly_one:
                return f"the {name}"
            return f"{name}s" if _COUNTABLE.fullmatch(name) else f"those with the role {name}"
        case By.GROUP:
            return "a group that is gone" if name is None else name


def _entitled(permission: str) -> str:
    return f"who may {MAY[permission]}" if permission in MAY else f"with {permission}"


# --- sentences ------------------------------------------------------------------------------------------------------


def _once(policy: Policy) -> str:
    return "Everybody counts once." if len(policy.panels) > 1 else ""


def _reminders(policy: Policy) -> str:
    waits = [durations.show(at) for at in policy.reminders_at(0)]
    if not waits:
        return "Nobody is reminded."
    listed = waits[0] if len(waits) == 1 else f"{', '.join(waits[:-1])} and {waits[-1]}"
    return f"Approvers are reminded after {listed}."


def _escalation(policy: Policy, known: Known) -> str:
    if policy.escalate is None:
        return ""
    after = durations.show(policy.escalate.after)
    return f"After {after} it also goes to {_several(policy.escalate.to, known)}."


def _backups(policy: Policy, known: Known) -> str:
    if not policy.backups:
        return ""
    told = "are told of it only then" if policy.escalate else "are not told of it"
    return f"As back-ups, {_several(policy.backups, known)} may answer at any time and {told}."


def _reasons(policy: Policy) -> str:
    acts = [act.value for act in Act if policy.needs_reason(act)]
    if not acts:
        return ""
    listed = acts[0] if len(acts) == 1 else f"{', '.join(acts[:-1])} and {acts[-1]}"
    return f"To {listed}, a reason is needed."


def _emergency(policy: Policy) -> str:
    if policy.emergency is None:
        return ""
    who, most = _entitled(policy.emergency.permission), durations.show(policy.emergency.most)
    return (
        f"In an emergency anyone {who} takes it at once, for {most} at most, and it is looked at afterwards."
    )
