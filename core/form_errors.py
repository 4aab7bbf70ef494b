"""What was wrong with a filled form, on the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping

from core import text
from core.calls import Value
from core.cards import Term, plain
from core.catalogue import Kind, Option
from core.errors import Refusal, RefusalCode, refusal_card

#: So long an error on a field is at most.
LONGEST = 300

_CODE = RefusalCode
_ROLES = frozenset({Kind.ROLE, Kind.ROLES})
_MEMBERS = frozenset({Kind.MEMBER, Kind.MEMBERS, Kind.HOLDER})
_TIMES = frozenset({Kind.DURATION, Kind.LENGTH})
_NAMES = frozenset({Kind.LABEL})
#: Refusals that are about one of the options, by the kinds of which that is.
_ABOUT: dict[RefusalCode, frozenset[Kind]] = {
    _CODE.UNKNOWN_ROLE: _ROLES,
    _CODE.ABOVE_CEILING: _ROLES,
    _CODE.ROLE_NOT_ON_PLAN: _ROLES,
    _CODE.NOT_ON_PLAN: _ROLES,
    _CODE.ONE_ROLE: _ROLES,
    _CODE.ONE_HOLDER: _ROLES,
    _CODE.ROLE_IN_USE: _ROLES,
    _CODE.ROLE_EXISTS: _NAMES,
    _CODE.BAD_ROLE_NAME: _NAMES,
    _CODE.RANK_TAKEN: frozenset({Kind.COUNT}),
    _CODE.BAD_RANK: frozenset({Kind.COUNT}),
    _CODE.NO_FREE_RANK: frozenset({Kind.COUNT}),
    _CODE.USES_TAKEN: frozenset({Kind.COUNT}),
    _CODE.USES_OF_PERSONAL: frozenset({Kind.COUNT}),
    _CODE.UNKNOWN_PERMISSION: frozenset({Kind.PERMISSION, Kind.PERMISSIONS}),
    _CODE.MIXED_PERMISSIONS: frozenset({Kind.PERMISSIONS}),
    _CODE.PERMISSION_INCLUDED: frozenset({Kind.PERMISSIONS}),
    _CODE.UNKNOWN_MEMBER: _MEMBERS,
    _CODE.AMBIGUOUS_MEMBER: _MEMBERS,
    _CODE.UNKNOWN_HOLDER: _MEMBERS,
    _CODE.AMBIGUOUS_HOLDER: _MEMBERS,
    _CODE.UNKNOWN_GROUP: frozenset({Kind.GROUP, Kind.GROUPS}),
    _CODE.GROUP_EXISTS: _NAMES,
    _CODE.BAD_GROUP_NAME: _NAMES,
    _CODE.UNKNOWN_RESOURCE: frozenset({Kind.RESOURCE, Kind.RESOURCES}),
    _CODE.AMBIGUOUS_RESOURCE: frozenset({Kind.RESOURCE, Kind.RESOURCES}),
    _CODE.NO_ACCESS: frozenset({Kind.RESOURCE}),
    _CODE.CANNOT_GRANT: frozenset({Kind.RESOURCE, Kind.RESOURCES}),
    _CODE.BAD_RESOURCE_KIND: _NAMES,
    _CODE.RESOURCE_EXISTS: _NAMES,
    _CODE.NOT_OUTSIDE: frozenset({Kind.OUTSIDE}),
    _CODE.OUTSIDE_UNREAD: frozenset({Kind.OUTSIDE}),
    _CODE.OUTSIDE_NOT_LINKED: frozenset({Kind.OUTSIDE}),
    _CODE.OUTSIDE_BEYOND: frozenset({Kind.OUTSIDE}),
    _CODE.OUTSIDE_TAKEN: frozenset({Kind.OUTSIDE}),
    _CODE.THING_TAKEN: frozenset({Kind.OUTSIDE}),
    _CODE.BAD_TIME: _TIMES,
    _CODE.BAD_GRANT_TIME: _TIMES,
    _CODE.BAD_ASKED_TIME: _TIMES,
    _CODE.EMERGENCY_TIME: _TIMES,
    _CODE.TOO_LONG_LIFE: _TIMES,
    _CODE.GRANT_OUTLASTS: _TIMES,
    _CODE.UNKNOWN_SCHEME: frozenset({Kind.SCHEME}),
    _CODE.UNKNOWN_SETTING: frozenset({Kind.SETTING}),
    _CODE.BAD_SETTING: frozenset({Kind.SETTING_VALUE}),
    _CODE.UNKNOWN_INVITATION: frozenset({Kind.INVITE}),
    _CODE.AMBIGUOUS_INVITATION: frozenset({Kind.INVITE}),
    _CODE.INVITATION_DEAD: frozenset({Kind.INVITE}),
    _CODE.UNKNOWN_REQUEST: frozenset({Kind.REQUEST}),
    _CODE.UNKNOWN_CODE: frozenset({Kind.CODE}),
    _CODE.UNKNOWN_WORKSPACE: frozenset({Kind.WORKSPACE}),
    _CODE.AMBIGUOUS_WORKSPACE: frozenset({Kind.WORKSPACE}),
    _CODE.WRONG_NAME: _NAMES,
    _CODE.DOMAIN_OF_PERSONAL: frozenset({Kind.DOMAIN}),
    _CODE.REASON_NEEDED: frozenset({Kind.NOTE}),
}
#: These name the option, and say the rest in one fact.
_SAYS = {_CODE.MISSING_OPTION: "meaning", _CODE.BAD_OPTION: "problem"}


def field_of(
    refusal: Refusal, options: tuple[Option, ...], given: Mapping[str, Value]
) -> tuple[str, str] | None:
    """The option that a refusal is about, and what is wrong with it; None where it is about none of them."""
    named = refusal.facts.get("option")
    if isinstance(named, Term) and any(option.name == named.name for option in options):
        return named.name, words(refusal)
    fitting = [option for option in options if option.kind in _ABOUT.get(refusal.code, ())]
    if not fitting:
        return None
    typed = [option for option in fitting if given.get(option.name) not in (None, "", ())] or fitting
    named = refusal.facts.get("name")
    about = text.key(named) if isinstance(named, str) else ""
    meant = [option for option in typed if about and about in text.key(str(given.get(option.name, "")))]
    return (meant or typed)[0].name, words(refusal)


def words(refusal: Refusal) -> str:
    """A refusal in the few words that stand at a field."""
    alone = refusal.facts.get(_SAYS.get(refusal.code, ""))
    if isinstance(alone, str):
        return text.shorten(alone, LONGEST)
    card = refusal_card(refusal)
    body = " ".join(plain(part) for part in card.body)
    if refusal.code is RefusalCode.TOO_LONG:
        return text.shorten(body, LONGEST)
    title = card.title if card.title[-1:] in ".?!" else f"{card.title}."
    return text.shorten(f"{title} {body}", LONGEST)
