"""Approval policies as they are kept: read strictly, written back, and checked against a workspace.

Each of these raises ``ValueError`` with a sentence that says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.approval_policy import (
    DEFAULT,
    EMERGENCY,
    ESCALATE,
    KINDS,
    LIFE,
    UNDER,
    WHAT,
    Act,
    By,
    Emergency,
    Escalation,
    Panel,
    Policy,
    Who,
    first_reminder,
    seat,
)
from core.language import t
from core.permissions import Role, expanded
from core.text import either

_POLICY = frozenset(
    {"panels", "denials", "own", "life", "remind", "escalate", "backups", "reasons", "emergency"}
)
_EMERGENCY = frozenset({"permission", "most"})
_PANEL = frozenset({"who", "needs"})
_ESCALATION = frozenset({"to", "after"})
_TYPES = {int: "a whole number", bool: "true or false", list: "a list", dict: "a table", str: "text"}


# --- kept -----------------------------------------------------------------------------------------------------------


def write(policy: Policy) -> dict[str, Any]:
    """As JSON, everything said: what is kept does not change with the defaults."""
    return {
        "panels": [{"who": _written(panel.who), "needs": panel.needs} for panel in policy.panels],
        "denials": policy.denials,
        "own": policy.own,
        "life": policy.life,
        "remind": policy.remind,
        "escalate": policy.escalate and {"to": _written(policy.escalate.to), "after": policy.escalate.after},
        "backups": _written(policy.backups),
        "reasons": [act.value for act in Act if act in policy.reasons],
        "emergency": policy.emergency
        and {"permission": policy.emergency.permission, "most": policy.emergency.most},
    }


def read(kept: Any) -> Policy:
    """The reverse of ``write``. What is left out has its default."""
    data = _table(kept, _POLICY, "a policy")
    life = _typed(data, "life", int, LIFE)
    panels = tuple(_panel(each) for each in _typed(data, "panels", list, []))
    return Policy(
        panels if "panels" in data else DEFAULT.panels,
        denials=_typed(data, "denials", int, DEFAULT.denials),
        own=_typed(data, "own", bool, DEFAULT.own),
        life=life,
        remind=_or_none(data, "remind", int, first_reminder(life)),
        escalate=_escalation(_or_none(data, "escalate", dict, None)),
        backups=_who(_typed(data, "backups", list, [])),
        reasons=frozenset(_act(each) for each in _typed(data, "reasons", list, [])),
        emergency=_emergency(_or_none(data, "emergency", dict, None)),
    )


def policy_of(kept: Mapping[str, Any], kind: str) -> Policy:
    """The policy for requests of a kind, from what the setting ``approvals`` keeps: the default where nothing is said.

    What was taken in an emergency is looked at under the policy for what was taken, by somebody else in any case.
    """
    if kind in UNDER:
        policy = policy_of(kept, UNDER[kind])
        return replace(policy, own=False, reasons=policy.reasons - {Act.ASK}, emergency=None)
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of request; there are {', '.join(KINDS)}.")
    return read(kept[kind]) if kind in kept else DEFAULT


def _written(who: tuple[Who, ...]) -> list[str]:
    return [f"{by.value}:{ref}" for by, ref in who]


def _panel(found: Any) -> Panel:
    data = _table(found, _PANEL, "a panel")
    return Panel(_who(_typed(data, "who", list, [])), _typed(data, "needs", int, 1))


def _escalation(found: Any) -> Escalation | None:
    if found is None:
        return None
    data = _table(found, _ESCALATION, "an escalation")
    return Escalation(_who(_typed(data, "to", list, [])), _typed(data, "after", int, ESCALATE))


def _emergency(found: Any) -> Emergency | None:
    if found is None:
        return None
    data = _table(found, _EMERGENCY, "an emergency")
    return Emergency(_typed(data, "permission", str, ""), _typed(data, "most", int, EMERGENCY))


def _who(found: list[Any]) -> tuple[Who, ...]:
    return tuple(_one(each) for each in found)


def _one(found: Any) -> Who:
    by, colon, ref = found.partition(":") if isinstance(found, str) else ("", "", "")
    if not colon or by not in set(By):
        raise ValueError(f"{found!r} names nobody: it reads permission:…, role:… or group:….")
    return Who(By(by), ref)


def _act(found: Any) -> Act:
    if found not in list(Act):
        raise ValueError(f"{found!r} cannot need a reason; {', '.join(Act)} can.")
    return Act(found)


def _table(found: Any, known: frozenset[str], name: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError(f"{name.capitalize()} has to be a table, not {found!r}.")
    unknown = next((key for key in found if key not in known), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is not part of {name}; {', '.join(sorted(known))} are.")
    return found


def _typed(data: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    """True is no number: the very type is asked for."""
    if name not in data:
        return default
    if type(data[name]) is not kind:
        raise ValueError(f"{name} has to be {_TYPES[kind]}, not {data[name]!r}.")
    return data[name]


def _or_none(data: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    return None if name in data and data[name] is None else _typed(data, name, kind, default)


# --- in a workspace -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """The roles of a workspace that count on its plan, and the names of its groups, by their ids."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def name(self, who: Who) -> str | None:
        """The name of that role or group, None where it is gone; a permission is its own name."""
        match who.by:
            case By.PERMISSION:
                return who.ref
            case By.ROLE:
                return role.name if (role := self.roles.get(who.ref)) else None
            case By.GROUP:
                return self.groups.get(who.ref)


def check(policy: Policy, known: Known) -> None:
    """Refuses a policy that names what is not there, or that could never be fulfilled here.

    It asks what could be, not what is: a role without a holder today may have some tomorrow. But a role that exactly one
    member holds never gives more than one approver, and one person never fills two places.
    """
    for who in policy.named:
        _check_there(who, known)
    if policy.emergency is not None:
        held = Who(By.PERMISSION, policy.emergency.permission)
        if not _giving(held, known):
            raise ValueError(
                t(
                    "No role here has {permission}, so nobody could ever take anything in an emergency.",
                    permission=held.ref,
                )
            )
    needs = [panel.needs for panel in policy.panels]
    fits: dict[str, set[int]] = {}
    for number, panel in enumerate(policy.panels):
        only = _only_holders(panel, known)
        if only is None:
            needs[number] = 0
            continue
        for role_id in only:
            fits.setdefault(role_id, set()).add(number)
    seated = seat({role_id: frozenset(numbers) for role_id, numbers in fits.items()}, needs)
    if len(seated) < sum(needs):
        names = either(known.roles[role_id].name for role_id in known.roles if role_id in fits)
        raise ValueError(
            t(
                "Never more than one member holds {names}, and one person counts once: nobody could ever fill all these "
                "places.",
                names=names,
            )
        )


def _check_there(who: Who, known: Known) -> None:
    if known.name(who) is None:
        raise ValueError(t("There is no {what} {name} here.", what=t(WHAT[who.by]), name=repr(who.ref)))
    if who.by is By.PERMISSION and not _giving(who, known):
        raise ValueError(t("No role here has {permission}, so nobody could ever answer.", permission=who.ref))


def _giving(who: Who, known: Known) -> list[Role]:
    """The roles that make their holders one of those people."""
    if who.by is By.ROLE:
        return [known.roles[who.ref]]
    return [role for role in known.roles.values() if who.ref in expanded(role.permissions)]


def _only_holders(panel: Panel, known: Known) -> set[str] | None:
    """The roles of one holder each from which alone a panel can be filled; None where anybody can be made one of it."""
    found: set[str] = set()
    for who in panel.who:
        giving = _giving(who, known) if who.by is not By.GROUP else []
        if not giving or not all(role.exactly_one for role in giving):
            return None
        found.update(role.role_id for role in giving)
    return found
