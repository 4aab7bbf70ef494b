"""Approval policies as people type them, on one line, and as they read them back.

``join: 2 of role:'Design lead' and 1 of request:approve; denials 1; own off; life 3d; remind 4h;
escalate 1d to role:Owner; backups role:Admin; reason on deny``, and for access ``; emergency script:add for at most 4h``

First what it is for, then the panels, joined by *and*; each needs so many approvals (1 where nothing is said) of people
with a role, a group or a permission, several of them joined by *or*. What follows may be left out and stand in any order.
Names of several words stand in quotes, straight or curly, single or double; a quote within a name is written twice. The
canonical form uses single ones, so that all of it fits into the double quotes of a typed command, and says everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core import durations, text
from core.approval_policy import (
    DEFAULT,
    ESCALATE,
    KINDS,
    LIFE,
    WHAT,
    WITH_EMERGENCY,
    Act,
    By,
    Emergency,
    Escalation,
    Panel,
    Policy,
    Who,
    first_reminder,
)
from core.approval_reading import Known, check
from core.approval_tokens import Token, split, together, tokenize
from core.language import t
from core.permissions import OWN, PERMISSION
from core.policy import APPROVE

EXAMPLE = "join: 2 of role:Designer and 1 of request:approve; denials 1; life 3d; escalate 1d to role:Owner"

_KIND = re.compile(r"\s*([A-Za-z]+)\s*:(.*)", re.DOTALL)
_ALSO = {"invitation": "invite", "extend": "extension"}
_OFF = frozenset({"off", "no", "none", "never"})
_ON = frozenset({"on", "yes"})
_PREFIX = re.compile(r"(role|group|permission):", re.IGNORECASE)
#: A name that needs no quotes.
_PLAIN = re.compile(r"[^\W_][\w.+-]*")
_JOINS = frozenset({"and", "or"})


# --- printing -------------------------------------------------------------------------------------------------------


def show(kind: str, policy: Policy, known: Known) -> str:
    """The canonical form; a role or group that is gone is shown by its id."""
    parts = [
        " and ".join(f"{panel.needs} of {_show_who(panel.who, known)}" for panel in policy.panels),
        f"denials {policy.denials}",
        f"own {'on' if policy.own else 'off'}",
        f"life {durations.show(policy.life)}",
        f"remind {'off' if policy.remind is None else durations.show(policy.remind)}",
        f"escalate {_show_escalation(policy.escalate, known)}",
        f"backups {_show_who(policy.backups, known) or 'off'}",
        f"reason {_show_reasons(policy)}",
        *([f"emergency {_show_emergency(policy.emergency)}"] if policy.emergency else []),
    ]
    return f"{kind}: {'; '.join(parts)}"


def _show_who(who: tuple[Who, ...], known: Known) -> str:
    return " or ".join(_show_one(each, known) for each in who)


def _show_one(who: Who, known: Known) -> str:
    name = known.name(who) or who.ref
    if who.by is By.PERMISSION:
        # “role:assign” would read like a role with that name.
        return f"permission:{name}" if _PREFIX.match(name) else name
    plain = (
        _PLAIN.fullmatch(name) and name.lower() not in _JOINS and f"{who.by.value}:{name.lower()}" not in OWN
    )
    return f"{who.by.value}:{name}" if plain else f"{who.by.value}:{_quoted(name)}"


def _quoted(name: str) -> str:
    return "'" + re.sub("['’]", lambda found: found[0] * 2, name) + "'"


def _show_escalation(escalate: Escalation | None, known: Known) -> str:
    if escalate is None:
        return "off"
    return f"{durations.show(escalate.after)} to {_show_who(escalate.to, known)}"


def _show_reasons(policy: Policy) -> str:
    return f"on {', '.join(act for act in Act if policy.needs_reason(act))}" if policy.reasons else "off"


def _show_emergency(emergency: Emergency) -> str:
    return f"{emergency.permission} for at most {durations.show(emergency.most)}"


# --- parsing --------------------------------------------------------------------------------------------------------


def parse(typed: str, known: Known) -> tuple[str, Policy]:
    """What it is for, and the policy. Raises ``ValueError`` with a sentence that says what to write instead."""
    found = _KIND.match(typed)
    kind = _ALSO.get(found[1].lower(), found[1].lower()) if found else ""
    if found is None or kind not in KINDS:
        kinds = ", ".join(f"{each}:" for each in KINDS)
        raise ValueError(t("Begin with what it is for: {kinds}.", kinds=kinds))
    first, *rest = _clauses(found[2])
    policy = DEFAULT if together(first) == "default" and not rest else _policy(first, rest, known)
    if policy.emergency is not None and kind not in WITH_EMERGENCY:
        raise ValueError(
            t("An emergency gives access to resources, never a role: say emergency for access:.")
        )
    check(policy, known)
    return kind, policy


def _policy(panels: list[Token], clauses: list[list[Token]], known: Known) -> Policy:
    said: dict[str, Any] = {}
    for name, *tokens in clauses:
        if name.word not in _CLAUSES:
            named = ", ".join(dict.fromkeys(clause for clause, _ in _CLAUSES.values()))
            raise ValueError(
                t(
                    "“{typed}” begins nothing that I know; these do: {known}.",
                    typed=text.shorten(name.text),
                    known=named,
                )
            )
        clause, reader = _CLAUSES[name.word]
        if clause in said:
            raise ValueError(t("“{clause}” is said twice.", clause=clause))
        if not tokens:
            raise ValueError(t("Something is missing behind “{clause}”.", clause=clause))
        said[clause] = reader(tokens, known)
    life = said.get("life", LIFE)
    return Policy(
        tuple(_panel(part, known) for part in split(panels, {"and"})),
        denials=said.get("denials", 1),
        own=said.get("own", False),
        life=life,
        remind=said.get("remind", first_reminder(life)),
        escalate=said.get("escalate"),
        backups=said.get("backups", ()),
        reasons=said.get("reason", frozenset()),
        emergency=said.get("emergency"),
    )


def _clauses(typed: str) -> list[list[Token]]:
    """The parts between semicolons, the first of them with whatever is in it."""
    first, *rest = split(tokenize(typed), {";"})
    return [first, *(part for part in rest if part)]


# --- who ------------------------------------------------------------------------------------------------------------


def _panel(tokens: list[Token], known: Known) -> Panel:
    if not tokens:
        raise ValueError(t("Say who approves, such as 1 of request:approve, or 2 of role:Designer."))
    needs = 1
    if len(tokens) > 1 and tokens[1].word == "of" and not _PREFIX.match(tokens[0].text):
        needs, tokens = _count(tokens[:1], known), tokens[2:]
    elif tokens[0].word.isdecimal():
        raise ValueError(t("Write {count} of, and then who: {count} of role:Designer.", count=tokens[0].text))
    return Panel(_who(tokens, known, {"or", ","}), needs)


def _anybody(tokens: list[Token], known: Known) -> tuple[Who, ...]:
    return _who(tokens, known, {"or", "and", ","})


def _who(tokens: list[Token], known: Known, joins: set[str]) -> tuple[Who, ...]:
    return tuple(_one(part, known) for part in split(tokens, joins))


def _one(tokens: list[Token], known: Known) -> Who:
    if not tokens:
        raise ValueError(t("Somebody is missing beside an and, an or, or a comma."))
    first, *more = tokens
    found = None if first.quoted else _PREFIX.match(first.text)
    if found is not None:
        by = By(found[1].lower())
        behind = [Token(first.text[found.end() :]), *more] if first.text[found.end() :] else more
    elif first.word in set(By) and more:
        by, behind = By(first.word), more
    else:
        by, behind = By.PERMISSION, tokens
    if by is By.PERMISSION:
        # “permission:give” may also be a permission about permissions.
        whole = behind if ":" in "".join(token.word for token in behind) else tokens
        return _permission(whole)
    return _named(by, behind, known)


def _permission(tokens: list[Token]) -> Who:
    typed = " ".join(token.text for token in tokens)
    if len(tokens) != 1 or not PERMISSION.fullmatch(tokens[0].word):
        raise ValueError(
            t(
                "“{typed}” says nobody: write role:Name, group:Name, or a permission such as {example}.",
                typed=text.shorten(typed),
                example=APPROVE,
            )
        )
    return Who(By.PERMISSION, tokens[0].word)


def _named(by: By, tokens: list[Token], known: Known) -> Who:
    name = " ".join(token.text for token in tokens)
    names = known.groups if by is By.GROUP else {role_id: role.name for role_id, role in known.roles.items()}
    ref = next((ref for ref, own in names.items() if text.key(own) == text.key(name)), None)
    permission = f"{by.value}:{name.lower()}"
    if permission in OWN and not tokens[0].quoted:
        if ref is None:
            return Who(By.PERMISSION, permission)
        raise ValueError(
            t(
                "“{permission}” is a permission and a {what}: write permission:{permission} or {prefix}:'{name}'.",
                permission=permission,
                what=t(WHAT[by]),
                prefix=by.value,
                name=name,
            )
        )
    if ref is None:
        hint = (
            ""
            if tokens and tokens[0].quoted
            else " " + t("Names with “and” or “or” stand in quotes: {prefix}:'One and all'.", prefix=by.value)
        )
        raise ValueError(
            t("There is no {what} “{name}” here.", what=t(WHAT[by]), name=text.shorten(name)) + hint
        )
    return Who(by, ref)


# --- what else is said ----------------------------------------------------------------------------------------------


def _count(tokens: list[Token], known: Known) -> int:
    del known
    typed = together(tokens)
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        raise ValueError(t("“{typed}” is not a whole number.", typed=text.shorten(typed)))
    return int(typed)


def _duration(tokens: list[Token], known: Known) -> int:
    del known
    typed = together(tokens)
    seconds = None if durations.is_date(typed) else durations.parse(typed, 0)
    if seconds is None:
        raise ValueError(t("“{typed}” is not a time such as 4h, 1d or 1d 12h.", typed=text.shorten(typed)))
    return seconds


def _switch(tokens: list[Token], known: Known) -> bool:
    del known
    typed = together(tokens)
    if typed not in _ON | _OFF:
        raise ValueError(t("“{typed}” has to be on or off.", typed=text.shorten(typed)))
    return typed in _ON


def _reminder(tokens: list[Token], known: Known) -> int | None:
    return None if together(tokens) in _OFF else _duration(tokens, known)


def _escalation(tokens: list[Token], known: Known) -> Escalation | None:
    if together(tokens) in _OFF:
        return None
    to = next((number for number, token in enumerate(tokens) if token.word == "to"), None)
    if to is None:
        raise ValueError(t("Say to whom it escalates: escalate 1d to role:Owner."))
    after = _duration(tokens[:to], known) if to else ESCALATE
    return Escalation(_anybody(tokens[to + 1 :], known), after)


def _backups(tokens: list[Token], known: Known) -> tuple[Who, ...]:
    return () if together(tokens) in _OFF else _anybody(tokens, known)


def _reasons(tokens: list[Token], known: Known) -> frozenset[Act]:
    del known
    if together(tokens) in _OFF:
        return frozenset()
    words = [token.word for token in tokens if token.word not in {"on", "for", "to", "and", "or", ","}]
    odd = next((word for word in words if word not in set(Act)), None)
    if odd is not None or not words:
        raise ValueError(t("A reason can be needed on {acts}: reason on deny.", acts=", ".join(Act)))
    return frozenset(Act(word) for word in words)


def _emergency(tokens: list[Token], known: Known) -> Emergency | None:
    """``resource:manage for at most 4h``; the words in between may be left out, and so may the time."""
    if together(tokens) in _OFF:
        return None
    first, *rest = tokens
    typed = first.word.removeprefix("permission:")
    if not PERMISSION.fullmatch(typed):
        raise ValueError(
            t(
                "“{typed}” is not a permission: write emergency resource:manage for at most 4h.",
                typed=text.shorten(first.text),
            )
        )
    time = [token for token in rest if token.word not in {"for", "at", "most"}]
    return Emergency(typed, _duration(time, known)) if time else Emergency(typed)


_Reader = Callable[[list[Token], Known], Any]
#: What each clause begins with, its name, and how the rest of it is read.
_CLAUSES: dict[str, tuple[str, _Reader]] = {
    "denials": ("denials", _count),
    "denial": ("denials", _count),
    "own": ("own", _switch),
    "life": ("life", _duration),
    "remind": ("remind", _reminder),
    "escalate": ("escalate", _escalation),
    "backups": ("backups", _backups),
    "backup": ("backups", _backups),
    "reason": ("reason", _reasons),
    "reasons": ("reason", _reasons),
    "emergency": ("emergency", _emergency),
}
