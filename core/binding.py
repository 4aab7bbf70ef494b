"""Turns the options of a call into the typed values a handler expects, or says plainly what is wrong with them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import tzinfo
from typing import Any, Protocol

from core import durations, text
from core.calls import Channel, ChatRole, EmailAddress, Identity, Value
from core.cards import Say, Term, joined
from core.catalogue import Kind, Option
from core.errors import Refusal, RefusalCode
from core.language import says, t
from core.permissions import PERMISSION
from core.terms import COMMAND, OPTION

#: The longest text an option may carry before it is looked at at all.
RAW_LIMIT = 3_000
#: Enough for five thousand entries of the form ``Name <address>``.
PEOPLE_LIMIT = 400_000
#: The longest id of an account or a channel that fits where it is kept.
MENTION_LIMIT = 40
#: A path of ten names.
RESOURCE_LIMIT = 900
#: The longest id that something has in the product or on a platform.
OUTSIDE_LIMIT = 200
#: Named and left empty, these are not left out: “emails:” without an address must not become a link for everybody.
_NARROWING = frozenset({Kind.PEOPLE, Kind.DOMAIN, Kind.DOMAIN_OR_NONE, Kind.COUNT, Kind.DURATION})
_SEPARATORS = re.compile(r"[,;\n]+")
_QUOTED_NAME = re.compile(r'"[^"\n]*"(?=\s*<)')
_BRACKETED = re.compile(r"<([^<>\s]+)>")


class Shaped(Protocol):
    """What has options: a command, or a button that opens a form."""

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> type[Any] | None: ...
    @property
    def options(self) -> tuple[Option, ...]: ...


def faults(declared: Shaped, options: Mapping[str, Value], now: int) -> dict[str, Refusal]:
    """What is wrong with each option that was given, or has to be; none for one that can be read."""
    found: dict[str, Refusal] = {}
    for option in declared.options:
        try:
            _value(declared, option, options.get(option.name), now)
        except Refusal as refusal:
            found[option.name] = refusal
    return found


def bind(declared: Shaped, options: Mapping[str, Value], now: int) -> Any:
    """The dataclass of a command or button, filled. Raises ``Refusal``: unknown, missing, unreadable or too long."""
    values: dict[str, Any] = {}
    assert declared.shape is not None
    fields = {name.rstrip("_"): name for name in declared.shape.__dataclass_fields__}
    for name in options:
        if name not in fields:
            raise unknown(declared, name)
    for option in declared.options:
        value = _value(declared, option, options.get(option.name), now)
        if value is not _LEFT_OUT:
            values[fields[option.name]] = value
    return declared.shape(**values)


def unknown(declared: Shaped, name: str) -> Refusal:
    """That there is no option of this name."""
    names = joined([(Term(OPTION, o.name),) for o in declared.options]) or says("no options")
    return Refusal(
        RefusalCode.UNKNOWN_OPTION,
        command=Term(COMMAND, declared.name),
        option=text.shorten(name),
        options=names,
    )


_LEFT_OUT = object()


def _value(declared: Shaped, option: Option, given: Value | None, now: int) -> Any:
    """What was given for an option, as its handler expects it. Raises ``Refusal``."""
    if given is not None and (given not in ("", ()) or (not option.required and option.kind in _NARROWING)):
        return _read(declared, option, given, now)
    if not option.required:
        return _LEFT_OUT
    raise Refusal(
        RefusalCode.MISSING_OPTION,
        command=Term(COMMAND, declared.name),
        option=Term(OPTION, option.name),
        meaning=_sentence(t(option.help)),
        example=_example(declared, option),
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def by_the_clocks(declared: Shaped, ask: Any, zone: tzinfo, now: int) -> Any:
    """The same with its dates over when they are over in a zone: what is typed is read before the workspace is known."""
    found: dict[str, Any] = {}
    for name in (field.name for field in fields(ask)):
        value = getattr(ask, name)
        if isinstance(value, durations.UntilDate):
            found[name] = durations.in_zone(value, zone, now)
            if found[name] <= 0:
                said = t("That day is over by the clocks of this workspace.")
                example = Say(declared.name, "")
                named = Term(OPTION, name.rstrip("_"))
                raise Refusal(RefusalCode.BAD_OPTION, option=named, problem=said, example=example)
    return replace(ask, **found) if found else ask


def _example(declared: Shaped, option: Option) -> Say:
    shown = [o for o in declared.options if o.required or o.name == option.name]
    return Say(declared.name, " ".join(o.typed_example for o in shown))


def _read(declared: Shaped, option: Option, given: Value, now: int) -> Any:
    _check_mentions(option, given)
    if isinstance(given, str):
        limit = PEOPLE_LIMIT if option.kind is Kind.PEOPLE else RAW_LIMIT
        if len(given) > limit:
            raise Refusal(
                RefusalCode.TOO_LONG,
                option=Term(OPTION, option.name),
                length=f"{len(given):,}",
                limit=f"{limit:,}",
            )
    try:
        return _READERS[option.kind](option, given, now)
    except ValueError as problem:
        raise Refusal(
            RefusalCode.BAD_OPTION,
            option=Term(OPTION, option.name),
            problem=str(problem),
            example=_example(declared, option),
        ) from None


def _check_mentions(option: Option, given: Value) -> None:
    """Anybody can type what looks like a mention: its id has to be one that a platform could have given."""
    parts = (
        given
        if isinstance(given, tuple) and not isinstance(given, Identity | Channel | ChatRole)
        else (given,)
    )
    for part in parts:
        longest = max(map(len, part)) if isinstance(part, Identity | Channel | ChatRole) else 0
        if longest > MENTION_LIMIT:
            raise Refusal(
                RefusalCode.TOO_LONG,
                option=Term(OPTION, option.name),
                length=f"{longest:,}",
                limit=f"{MENTION_LIMIT:,}",
            )


def _string(given: Value) -> str:
    if isinstance(given, str):
        return text.clean(given)
    if isinstance(given, int):
        return str(given)
    if isinstance(given, Identity | Channel | ChatRole):
        raise ValueError(t("A mention does not belong there."))
    return text.clean(" ".join(_string(part) for part in given))


def _line(limit: int) -> Callable[[Option, Value, int], str]:
    def read(option: Option, given: Value, now: int) -> str:
        del now
        found = _string(given)
        if len(found) > limit:
            raise Refusal(
                RefusalCode.TOO_LONG,
                option=Term(OPTION, option.name),
                length=f"{len(found):,}",
                limit=f"{limit:,}",
            )
        if not found:
            raise ValueError(t("There is nothing in it that can be seen."))
        return found

    return read


def _member(option: Option, given: Value, now: int) -> Identity | str:
    return given if isinstance(given, Identity) else _line(text.EMAIL_LIMIT)(option, given, now)


def _several(option: Option, given: Value, now: int) -> tuple[Identity | str, ...]:
    """Members by mentions, addresses and names; between names stand commas, between the others spaces will do."""
    parts = (
        given
        if isinstance(given, tuple) and not isinstance(given, Identity | Channel | ChatRole)
        else (given,)
    )
    out: list[Identity | str] = []
    # A name of several words beside a mention comes word by word.
    for mentioned, some in itertools.groupby(parts, lambda part: isinstance(part, Identity)):
        if mentioned:
            out.extend(part for part in some if isinstance(part, Identity))
            continue
        for chunk in _SEPARATORS.split(" ".join(map(str, some))):
            words = chunk.split()
            alone = len(words) > 1 and all("@" in word for word in words)
            names = filter(text.clean, words if alone else [chunk])
            out.extend(_line(text.EMAIL_LIMIT)(option, name, now) for name in names)
    if not out:
        raise ValueError(t("There is no member in it."))
    return tuple(dict.fromkeys(out))


def _setting_value(option: Option, given: Value, now: int) -> Channel | str:
    return given if isinstance(given, Channel) else _line(RAW_LIMIT)(option, given, now)


def _outside(option: Option, given: Value, now: int) -> Channel | ChatRole | str:
    return given if isinstance(given, Channel | ChatRole) else _line(OUTSIDE_LIMIT)(option, given, now)


def _roles(option: Option, given: Value, now: int) -> tuple[str, ...]:
    names = [text.clean(part) for part in _SEPARATORS.split(_line(text.NOTE_LIMIT)(option, given, now))]
    return tuple(dict.fromkeys(name for name in names if name))


def _permission(option: Option, given: Value, now: int) -> str:
    del option, now
    typed = _string(given).lower()
    if not PERMISSION.fullmatch(typed):
        raise ValueError(t("A permission reads thing:action, in letters."))
    return typed


def _permissions(option: Option, given: Value, now: int) -> tuple[str, ...]:
    typed = _line(text.NOTE_LIMIT * 4)(option, given, now).lower()
    parts = [part for part in re.split(r"[,;\s]+", typed) if part]
    odd = next((part for part in parts if not PERMISSION.fullmatch(part.lstrip("+-"))), None)
    if odd is not None:
        raise ValueError(
            t("“{typed}” is not a permission: they read thing:action, in letters.", typed=text.shorten(odd))
        )
    return tuple(dict.fromkeys(parts))


def _since(option: Option, given: Value, now: int) -> int:
    del option
    typed = _string(given)
    found = durations.parse(typed, now)
    if found is None:
        raise ValueError(t("Write a length of time such as 7d, or a date such as 2026-12-24."))
    # A date that something lasts to counts until its end; here its beginning is meant.
    at = now + found - durations.DAY if durations.is_date(typed) else now - found
    if at > now:
        raise ValueError(t("That lies in the future."))
    return at


def _people(option: Option, given: Value, now: int) -> tuple[EmailAddress | Identity, ...]:
    del option, now
    parts = (
        given
        if isinstance(given, tuple) and not isinstance(given, Identity | Channel | ChatRole)
        else (given,)
    )
    out: list[EmailAddress | Identity] = []
    for part in parts:
        if isinstance(part, Identity):
            out.append(part)
        else:
            out.extend(pasted(str(part)))
    if not out:
        raise ValueError(t("There is no address in it."))
    return tuple(out)


def pasted(typed: str) -> list[EmailAddress]:
    """The addresses of a pasted list: commas, semicolons, lines or spaces between them, ``Name <a@b>`` among them.

    Takes time in proportion to the list's length, whatever is in it.
    """
    out: list[EmailAddress] = []
    # “Lovelace, Ada” <a@b>: that comma ends no entry.
    for chunk in _SEPARATORS.split(_QUOTED_NAME.sub(lambda name: _SEPARATORS.sub(" ", name[0]), typed)):
        end = 0
        for found in _BRACKETED.finditer(chunk):
            address = found[1].removeprefix("mailto:")
            words = chunk[end : found.start()].split()
            own = max((number for number, word in enumerate(words, 1) if _stands_alone(word)), default=0)
            out.extend(EmailAddress(word) for word in words[:own] if word != address)
            out.append(EmailAddress(address, text.clean(" ".join(words[own:])).strip("\"'“”")))
            end = found.end()
        out.extend(EmailAddress(word) for word in chunk[end:].split())
    return out


def _stands_alone(word: str) -> bool:
    """Whether a word in front of ``<a@b>`` is an address of its own rather than part of the name."""
    return "@" in word and word[0] not in "\"'“"


def _domain(option: Option, given: Value, now: int) -> str:
    del option, now
    found = text.domain(_string(given))
    if found is None:
        raise ValueError(t("That is not a domain name."))
    return found


def _domain_or_none(option: Option, given: Value, now: int) -> str:
    return "" if _string(given).lower() in {"none", "-"} else _domain(option, given, now)


def _duration(option: Option, given: Value, now: int) -> int:
    del option
    found = durations.parse(_string(given), now)
    if found is None:
        raise ValueError(t("Write durations as 30m, 8h, 7d or 2w, and dates as 2026-12-24."))
    if found <= 0:
        raise ValueError(t("That lies in the past."))
    return found


def _length(option: Option, given: Value, now: int) -> int:
    """A length of time on top of another one, where a date would mean something else."""
    if durations.is_date(_string(given)):
        raise ValueError(t("Write a length of time such as 3d, not a date."))
    return _duration(option, given, now)


def _count(option: Option, given: Value, now: int) -> int:
    del option, now
    typed = _string(given)
    if not typed.isascii() or not typed.isdigit() or not 1 <= len(typed) <= 6 or int(typed) < 1:
        raise ValueError(t("Write a whole number, 1 or more."))
    return int(typed)


def _switch(option: Option, given: Value, now: int) -> bool:
    del option, now
    typed = _string(given).lower()
    if typed not in {"on", "off", "yes", "no", "true", "false"}:
        raise ValueError(t("Write on or off."))
    return typed in {"on", "yes", "true"}


def _choice(option: Option, given: Value, now: int) -> str:
    del now
    typed = _string(given).lower()
    if typed not in option.choices:
        raise ValueError(t("It can be {values}.", values=", ".join(option.choices)))
    return typed


_READERS: dict[Kind, Callable[[Option, Value, int], Any]] = {
    Kind.LABEL: _line(text.LABEL_LIMIT),
    Kind.NOTE: _line(text.NOTE_LIMIT),
    Kind.CODE: _line(200),
    Kind.PEOPLE: _people,
    Kind.ROLE: _line(text.LABEL_LIMIT),
    Kind.ROLES: _roles,
    Kind.MEMBER: _member,
    Kind.MEMBERS: _several,
    Kind.GROUP: _line(text.LABEL_LIMIT),
    Kind.GROUPS: _roles,
    Kind.RESOURCE: _line(RESOURCE_LIMIT),
    Kind.RESOURCES: _roles,
    Kind.HOLDER: _member,
    Kind.INVITE: _line(text.LABEL_LIMIT),
    Kind.REQUEST: _line(text.LABEL_LIMIT),
    Kind.SETTING: _line(text.LABEL_LIMIT),
    Kind.SETTING_VALUE: _setting_value,
    Kind.OUTSIDE: _outside,
    Kind.SCHEME: _line(text.LABEL_LIMIT),
    Kind.COMMAND: _line(text.LABEL_LIMIT),
    Kind.DOMAIN: _domain,
    Kind.DOMAIN_OR_NONE: _domain_or_none,
    Kind.PERMISSION: _permission,
    Kind.PERMISSIONS: _permissions,
    Kind.WORKSPACE: _line(text.LABEL_LIMIT),
    Kind.SINCE: _since,
    Kind.DURATION: _duration,
    Kind.LENGTH: _length,
    Kind.COUNT: _count,
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
}
