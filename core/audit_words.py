"""What is told of an event beside its facts: places and settings as people know them, whose access ended, until when."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from core import setting_changes, text
from core.cards import Room, Term, Text, plain
from core.catalogue import ACTIONS, COMMANDS
from core.context import Context
from core.errors import RefusalCode
from core.language import fill, number, t, translated
from core.permissions import Level
from core.settings import SETTINGS
from core.terms import COMMAND
from core.workspaces import place_name

#: So many of the grants whose end is one event are named.
_NAMED_ENDS = 3
#: So much is told of a value.
_LONGEST = 60


def subject_of(ctx: Context, event: str, subject: str, known: dict[str, str]) -> str | Text:
    """Whom or what an event is about: a place in words, anything else by its name."""
    return _place(ctx, subject) if event.startswith("place.") else known.get(subject, subject)


def _place(ctx: Context, kept: str) -> Text:
    """A place is kept as ``slack/T1/C1``, a whole team or server without the channel."""
    platform, realm, channel = (*kept.split("/"), "", "")[:3]
    if channel:
        return (Room(platform, channel),)
    where = ctx.call.where
    if (platform, realm) == (where.platform, where.realm):
        return (place_name(where, ""),)
    match platform:
        case "slack":
            return (t("the Slack team {id}", id=realm),)
        case "discord":
            return (t("the Discord server {id}", id=realm),)
        case _:
            return (text.platform_name(platform),)


def in_words(
    ctx: Context, event: str, subject: str, facts: dict[str, Any], known: dict[str, str], about: str
) -> dict[str, Any]:
    """What takes the place of facts, or stands beside them. ``about``: the member whom all of it is about, if any."""
    match event:
        case "refused":
            return {"what": _asked(str(facts.get("what", ""))), "why": _refusal(str(facts.get("code", "")))}
        case "setting.changed" if subject in SETTINGS:
            changed: dict[str, Any] = {}
            changed |= {name: facts[name] for name in ("before", "after") if name in facts}
            return {name: _setting(ctx, subject, kept) for name, kept in _apart(changed).items()}
        case "resource.linked":
            return {name: _outside(facts[name]) for name in ("before", "after") if name in facts}
        case "access.ended":
            return {"what": _ends(facts, known, about)}
    end = {"access.granted": "ends_at", "role.assigned": facts.get("role", "")}.get(event)
    moment = after(facts).get(end) if end else None
    if not moment:
        return {}
    return {
        "until": " " + t("until {when} UTC", when=f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}")
    }


def _asked(what: str) -> Text:
    """A command as it is called, a button by the word on it."""
    if what in COMMANDS:
        return (Term(COMMAND, what),)
    return (t("the button “{label}”", label=t(ACTIONS[what].label)),) if what in ACTIONS else (what,)


def _refusal(code: str) -> str:
    """What they were told; of whom and what is on no record."""
    if code not in RefusalCode.__members__:
        return code
    told = fill(translated(RefusalCode[code].sentence.title), defaultdict(lambda: "…"))
    return text.shorten(plain(told), _LONGEST)


def _apart(changed: dict[str, Any]) -> dict[str, Any]:
    """Of what is kept in parts only those that differ: both would begin alike, and be cut before they part."""
    before, after_ = changed.get("before"), changed.get("after")
    if not isinstance(before, dict) or not isinstance(after_, dict):
        return changed
    same = {part for part in before if part in after_ and before[part] == after_[part]}
    return {
        name: {part: value for part, value in kept.items() if part not in same}
        for name, kept in changed.items()
    }


def _setting(ctx: Context, name: str, kept: Any) -> Text:
    """As the settings show it."""
    shown = setting_changes.shown(ctx, SETTINGS[name], kept)
    return tuple(text.shorten(span, _LONGEST) if isinstance(span, str) else span for span in shown)


def _outside(kept: dict[str, Any]) -> str:
    """What a resource is on a platform."""
    platform = text.platform_name(kept["platform"]) if kept.get("platform") else ""
    return f"{platform} ({kept['outside_id']})" if platform else str(kept.get("outside_id") or "")


def _ends(facts: dict[str, Any], known: dict[str, str], about: str) -> str:
    """Whose access to what has ended: of many the first."""
    ended = [
        t(
            "{name}, {level} on {resource}",
            name=known.get(holder, holder),
            level=Level(level).word,
            resource=known.get(resource, resource),
        )
        for resource, holder, _, level, _ in first_ended(facts, about)
    ]
    more = facts["count"] - len(ended)
    return "; ".join(ended) + ("; " + t("and {count} more", count=number(more)) if more > 0 else "")


def after(facts: dict[str, Any]) -> dict[str, Any]:
    """What there was afterwards, of an event that keeps that in parts."""
    kept = facts.get("after")
    return kept if isinstance(kept, dict) else {}


def first_ended(facts: dict[str, Any], about: str) -> list[list[Any]]:
    """Of the grants whose end is one event, those that are named: each with resource, holder, layer, level and end."""
    ended = facts.get("ended")
    return sorted(ended, key=lambda each: each[1] != about)[:_NAMED_ENDS] if isinstance(ended, list) else []
