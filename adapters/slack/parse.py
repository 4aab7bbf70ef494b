"""From Slack's payloads to calls. Every function takes whatever Slack may send, and less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack import limits
from adapters.slack.controls import NUMBERED, OWN, unpicked
from core import typed
from core.calls import Actor, Call, Channel, Identity, MessageRef, Value, Where
from core.catalogue import Command, Kind
from core.errors import Refusal
from core.text import clean

PLATFORM = "slack"
#: What a view of ours is called, so that those of others are left alone.
FORM = "usher.form"
#: The global shortcuts, and the command whose form each of them opens.
SHORTCUTS = {"usher.invite": "invite create", "usher.request_access": "request access"}
Body = Mapping[str, Any]

_MARKUP = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_ADDRESSED = re.compile(rf"^{_PERSON.pattern}\s*")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")
_LINKED = re.compile(r"<(https?://[^<>|]*)(?:\|[^<>]*)?>")
#: An address that Slack made a link of, and the brackets of ``Name <address>`` that it escaped around it.
_MAILED = re.compile(r"(?:&lt;)?<mailto:([^<>|?]++)[^<>]*+>(?:&gt;)?")
_BLANK_OR_CODE = " \t\r\n`"
_SUFFIX = re.compile(rf"{NUMBERED}\d+$")
_NO_ACTION = "?"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who typed what, and where. ``command`` is what the command is called in this installation."""

    actor: Actor
    where: Where
    text: str
    command: str


#: What Slack tells by itself that Usher listens to; the last two: a team has taken it out.
EVENTS = frozenset({"message", "app_home_opened", "link_shared", "app_uninstalled", "tokens_revoked"})


def is_ours(body: Body) -> bool:
    """Whether Usher has any use for a payload: a command, a button or menu, a form, a shortcut, or a message."""
    if isinstance(body.get("command"), str) or is_form(body) or shortcut(body):
        return True
    if body.get("type") == "block_actions":
        return isinstance(_pressed(body).get("action_id"), str)
    return body.get("type") == "event_callback" and _inside(body, "event").get("type") in EVENTS


def is_form(body: Body) -> bool:
    """Whether a payload is about a form of Usher's: sent, or searched in."""
    kind, called = _word(body, "type"), _word(_inside(body, "view"), "callback_id")
    return kind in {"view_submission", "block_suggestion"} and called == FORM


def is_click(body: Body) -> bool:
    return body.get("type") == "block_actions"


def slash(body: Body) -> Asked:
    """A slash command."""
    team = _word(body, "team_id") or _word(body, "enterprise_id")
    person = _word(body, "user_id")
    actor = Actor(Identity(PLATFORM, team, person), _word(body, "user_name"))
    where = _where(team, _word(body, "channel_id"), _word(body, "channel_name"))
    return Asked(actor, where, _word(body, "text"), _word(body, "command"))


def message(body: Body, command: str) -> Asked | None:
    """A message that a person wrote to the bot directly; None for every other one. Its event does not tell the name."""
    event = _inside(body, "event")
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
        return None
    person, text = _word(event, "user"), _word(event, "text")
    if not person or not text:
        return None
    place = _word(body, "team_id") or _word(body, "enterprise_id")
    team = _word(event, "user_team") or _word(event, "team") or place
    actor = Actor(Identity(PLATFORM, team, person), "")
    return Asked(actor, Where(PLATFORM, place or team, ""), bare(text, command), command)


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose Home was opened, and Slack's word for what stands there: empty for nothing."""

    actor: Actor
    stands: str


def opened(body: Body) -> Opened | None:
    """Somebody who opens their Home, or presses something on it; None for everything else."""
    event = _inside(body, "event")
    if event.get("type") == "app_home_opened" and event.get("tab") == "home":
        place = _word(body, "team_id") or _word(body, "enterprise_id")
        identity = Identity(PLATFORM, _word(event, "user_team") or place, _word(event, "user"))
        view = _inside(event, "view")
    elif is_click(body) and _inside(body, "view").get("type") == "home":
        identity = _presser(body, _click_place(body)).identity
        view = _inside(body, "view")
    else:
        return None
    return Opened(Actor(identity, ""), _word(view, "hash")) if identity.subject else None


def links(body: Body) -> tuple[dict[str, str], list[str]]:
    """Where links were shared, as ``chat.unfurl`` wants to hear it, and the links."""
    event = _inside(body, "event")
    told = event.get("links")
    found = [_word(each, "url") for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    if _word(event, "unfurl_id") and _word(event, "source"):
        where = {name: _word(event, name) for name in ("unfurl_id", "source")}
    else:
        where = {"channel": _word(event, "channel"), "ts": _word(event, "message_ts")}
    return where, [url for url in found if url]


def bare(text: str, command: str) -> str:
    """What was typed, without a mention of the bot, the face of code, and the command's own name in front."""
    text = _ADDRESSED.sub("", text.strip(_BLANK_OR_CODE), count=1).strip(_BLANK_OR_CODE)
    head, *rest = text.split(maxsplit=1)[:2] or [""]
    if head.lower() not in {command.lower(), command.lower().removeprefix("/")}:
        return text
    return rest[0] if rest else ""


def click(body: Body, at: int) -> Call:
    """A press of a button or a pick from a menu, any of them: the core knows which ones are its own."""
    pressed = _pressed(body)
    where = _click_place(body)
    action, subject, options = _meant(pressed)
    return Call(
        _presser(body, where),
        where,
        at,
        options=options,
        action=action,
        subject=subject,
        message=_shared_message(body, where),
    )


def shortcut(body: Body) -> str:
    """The command whose form a global shortcut opens; empty for whatever else."""
    return SHORTCUTS.get(_word(body, "callback_id"), "") if body.get("type") == "shortcut" else ""


def elsewhere(body: Body, channel: str = "") -> tuple[Actor, Where]:
    """Who used a shortcut, or a form that was opened in ``channel``; neither says where that is."""
    where = _where(_click_place(body).realm, channel, "")
    return _presser(body, where), where


def trigger(body: Body) -> str:
    return _word(body, "trigger_id")


def _presser(body: Body, where: Where) -> Actor:
    user = _inside(body, "user")
    team = _word(user, "team_id") or where.realm
    return Actor(Identity(PLATFORM, team, _word(user, "id")), _word(user, "name") or _word(user, "username"))


def _meant(pressed: Body) -> tuple[str, str, dict[str, Value]]:
    """Action, subject and options of a button or menu."""
    action = clean(_SUFFIX.sub("", _word(pressed, "action_id")))[: limits.ACTION_ID]
    if _word(pressed, "type") in {"", "button"}:
        return action, clean(_word(pressed, "value"))[: limits.BUTTON_VALUE], {}
    subject, choice = unpicked(clean(_word(_inside(pressed, "selected_option"), "value")))
    # A pick that says nothing we wrote is a pick of nothing: the core has no action of that name.
    return (action, subject, {"choice": choice}) if choice else (_NO_ACTION, "", {})


def on_own_answer(body: Body) -> bool:
    """Whether the button stood on a private answer, which the next answer may replace."""
    block = _word(_pressed(body), "block_id")
    return bool(_inside(body, "container").get("is_ephemeral")) or block.startswith(OWN)


def channel_of(body: Body) -> str:
    """The conversation of a payload, the one with the bot included."""
    found = _word(body, "channel_id") or _word(_inside(body, "channel"), "id")
    return (
        found or _word(_inside(body, "container"), "channel_id") or _word(_inside(body, "event"), "channel")
    )


def _click_place(body: Body) -> Where:
    # On an organisation's installation `team` may be null; the person's own team is the next best place.
    team = _word(_inside(body, "team"), "id") or _word(_inside(body, "user"), "team_id")
    team = team or _word(_inside(body, "enterprise"), "id")
    return _where(team, channel_of(body), _word(_inside(body, "channel"), "name"))


def _shared_message(body: Body, where: Where) -> MessageRef | None:
    if on_own_answer(body):
        return None
    ts = _word(_inside(body, "container"), "message_ts") or _word(_inside(body, "message"), "ts")
    channel = channel_of(body)
    return MessageRef(PLATFORM, where.realm, channel, ts) if ts and channel else None


def _pressed(body: Body) -> Body:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return first if isinstance(first, dict) else {}


def _where(team: str, channel: str, name: str) -> Where:
    direct = channel.startswith("D") or name == "directmessage"
    return Where(PLATFORM, team, "" if direct else channel)


def _word(body: Body, key: str) -> str:
    found = body.get(key)
    return found if isinstance(found, str) else ""


def _inside(body: Body, key: str) -> Body:
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def with_profile(actor: Actor, where: Where, user: Body) -> Actor:
    """The person with what ``users.info`` tells, as far as this place may trust it.

    Somebody of another team, in a shared channel, is no admin here, and their address was confirmed to others.
    """
    profile = _inside(user, "profile")
    name = _word(profile, "display_name") or _word(profile, "real_name") or _word(user, "name") or actor.name
    full = _at_home(where.realm, user) and not user.get("is_bot") and not user.get("deleted")
    confirmed = full and user.get("is_email_confirmed") is not False
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    admin = any(user.get(key) is True for key in ("is_admin", "is_owner", "is_primary_owner"))
    return replace(
        actor,
        name=name,
        email=(_word(profile, "email") or None) if confirmed else None,
        place_admin=full and admin and not guest,
    )


def _at_home(team: str, user: Body) -> bool:
    if user.get("is_stranger"):
        return False
    teams = _inside(user, "enterprise_user").get("teams")
    return _word(user, "team_id") in {"", team} or (isinstance(teams, list) and team in teams)


def command(text: str, where: Where) -> tuple[Command, dict[str, Value]]:
    """The command that was typed, with its options. Raises ``Refusal`` with what to do instead."""
    try:
        declared, options = typed.parse(text)
    except Refusal as refusal:
        # The refusal quotes what was typed, so it is told in words, too.
        facts = {
            name: spoken(fact) if isinstance(fact, str) else fact for name, fact in refusal.facts.items()
        }
        raise Refusal(refusal.code, **facts) from None
    kinds = {option.name: option.kind for option in declared.options}
    return declared, {name: _value(kinds[name], str(raw), where) for name, raw in options.items()}


def _value(kind: Kind, raw: str, where: Where) -> Value:
    """What an option means. It is read here, not word by word, because that depends on what the option holds."""
    match kind:
        case Kind.PEOPLE:
            return _people(raw, where)
        case Kind.MEMBER | Kind.HOLDER:
            person = _PERSON.fullmatch(raw.strip())
            return Identity(PLATFORM, where.realm, person[1]) if person else spoken(raw)
        case Kind.MEMBERS:
            return _members(raw, where)
        case Kind.SETTING_VALUE | Kind.OUTSIDE:
            channel = _CHANNEL.fullmatch(raw.strip())
            return Channel(PLATFORM, where.realm, channel[1]) if channel else spoken(raw)
        case Kind.CODE:
            return spoken(_LINKED.sub(r"\1", raw))
    return spoken(raw)


def _people(raw: str, where: Where) -> Value:
    """A pasted list: people who were mentioned, and text with each linked address as ``<address>,``.

    The comma keeps lines apart that became one when they were typed into a command.
    """
    out: list[Value] = []
    # Splitting leaves text, the mentioned id, text, the next id, …
    for number, piece in enumerate(_PERSON.split(raw)):
        if number % 2:
            out.append(Identity(PLATFORM, where.realm, piece))
        elif piece.strip(" ,;"):
            out.append(spoken(_MAILED.sub(r"&lt;\1&gt;,", piece)))
    return out[0] if len(out) == 1 else tuple(out)


def _members(raw: str, where: Where) -> Value:
    """People who were mentioned, and names and addresses as the person saw them."""
    out: list[Value] = []
    for number, piece in enumerate(_PERSON.split(raw)):
        if number % 2:
            out.append(Identity(PLATFORM, where.realm, piece))
        elif piece.strip(" ,;"):
            out.append(spoken(piece))
    return out[0] if len(out) == 1 else tuple(out)


def spoken(raw: str) -> str:
    """Slack's markup as the words that the person saw."""
    out = _MARKUP.sub(lambda found: _seen(found[1]), raw)
    return out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _seen(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target[:1] in {"@", "#"}:
        return target[0] + (label.lstrip("@#") or target[1:])
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:").partition("?")[0]
    return label or target
